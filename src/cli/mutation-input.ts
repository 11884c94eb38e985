/** What `config mutate` works on: the environment that it makes wrong, and all that may notice. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { Binding } from '../config/binding.ts'
import type { MutationOperator } from '../config/mutate/operators.ts'
import type { MutationInput } from '../config/mutate/run-mutation.ts'
import type { SealedValue } from '../config/sealed-value.ts'
import type { EnvironmentPlan, LoadedEnvironment } from '../config/repository/load-environments.ts'
import { createRandom } from '../stats/random.ts'
import { AftergreenError } from '../errors.ts'
import type { MutateFlags } from './commands/config-mutate.ts'
import { fingerprintSecret } from './config-environment.ts'
import type { Terminal } from './terminal.ts'
import { readTarget } from './target-environment.ts'

/** Milliseconds for the history of the files. */
const historyTime = 20_000
/** Milliseconds that a program has to start. */
const bootTime = 30_000

type Input = Omit<MutationInput, 'command' | 'stop' | 'onNote' | 'onProgress'>

/** @throws CONFIG_ENVIRONMENT, CONFIG_CONTRACT, CONFIG_SECRET, USAGE */
export async function mutationInput(
  root: string,
  flags: MutateFlags,
  operators: MutationOperator[] | undefined,
  terminal: Terminal,
): Promise<Input> {
  const [
    { lookAtRepository },
    { cacheFolder },
    { planEnvironments },
    { loadEnvironments },
    { planMutants },
    { openMutationCache },
  ] = await Promise.all([
    import('../config/repository/look-at-repository.ts'),
    import('../config/scan/facts-cache.ts'),
    import('../config/repository/plan-environments.ts'),
    import('../config/repository/load-environments.ts'),
    import('../config/mutate/plan-mutants.ts'),
    import('../config/mutate/mutation-cache.ts'),
  ])
  const { env } = terminal
  const facts = typeof flags.cache === 'string' ? flags.cache : cacheFolder(env)
  const results =
    typeof flags.cache === 'string' ? flags.cache : join(dirname(facts), 'config-mutate')
  const kept = flags.cache !== false
  const looked = await lookAtRepository(root, { code: true, ...(kept ? { cache: facts } : {}) })
  const { contract, plan, loaded, none } = await readTarget(root, looked.files, flags)
  if (loaded === undefined) {
    throw new AftergreenError('CONFIG_ENVIRONMENT', none, {
      hint: 'Name the environment whose values are made wrong: --environment NAME=FILE,FILE.',
    })
  }
  const plans = [
    ...planEnvironments([], contract, looked.files).plans,
    ...planEnvironments([], undefined, looked.files).plans,
  ].filter(
    ({ name }, index, all) =>
      name !== loaded.name && all.findIndex((it) => it.name === name) === index,
  )
  const others = loadEnvironments(root, plans, looked.files)
  const cache = await openMutationCache(kept ? results : undefined, root, {
    fresh: flags.fresh === true,
  })
  const previous = flags.history ? await previousValues(root, plan, loaded) : undefined
  const mutants = planMutants({
    environment: loaded,
    others,
    reads: looked.reads ?? [],
    declarations: looked.declarations,
    secret: cache.secret,
    ...(previous === undefined ? {} : { previous }),
    ...(contract === undefined ? {} : { contract }),
    ...(operators === undefined ? {} : { operators }),
    ...(flags.keys === undefined ? {} : { keys: flags.keys }),
  })
  const unknown = flags.keys?.find((key) => !mutants.some((mutant) => mutant.key === key))
  if (unknown !== undefined) {
    throw new AftergreenError('USAGE', `There is no wrong value of ${unknown} to try.`, {
      hint: `Give keys that ${loaded.name} binds or the code reads, and operators that fit them.`,
    })
  }
  const reported = await reportedKeys(loaded, flags, terminal)
  return {
    root,
    env,
    check: {
      environments: [loaded, ...others],
      ...(contract === undefined ? {} : { contract }),
      ...(looked.reads === undefined ? {} : { reads: looked.reads }),
      readsOpenly: looked.readsOpenly,
      declarations: looked.declarations,
      today: new Date().toISOString().slice(0, 10),
    },
    environment: loaded.name,
    mutants: flags.seed === undefined ? mutants : shuffled(mutants, flags.seed),
    files: looked.files,
    scripts: await scriptsOf(root),
    ...(flags.boot === undefined
      ? {}
      : {
          boot: {
            command: ['sh', '-c', flags.boot],
            timeoutMs: flags.bootTimeout ?? bootTime,
            ...(flags.bootReady === undefined ? {} : { readyWhen: flags.bootReady }),
          },
        }),
    ...(flags.smoke === undefined ? {} : { smoke: { command: ['sh', '-c', flags.smoke] } }),
    ...(reported === undefined ? {} : { reported }),
    allTests: flags.allTests === true,
    network: flags.network === true,
    budgetSeconds: flags.budget * 60,
    jobs: flags.jobs,
    cache,
  }
}

/** Fisher and Yates; the same seed gives the same order. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = createRandom(seed)
  const list = [...items]
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const moved = list[last]!
    list[last] = list[other]!
    list[other] = moved
  }
  return list
}

/** By key, the newest value that is not that of now; undefined where there is no history. */
async function previousValues(
  root: string,
  plan: EnvironmentPlan,
  now: LoadedEnvironment,
): Promise<Map<string, SealedValue> | undefined> {
  const [{ olderPrints }, { targetBindings }] = await Promise.all([
    import('../config/drift/older-prints.ts'),
    import('../config/mutate/target-bindings.ts'),
  ])
  const bound = targetBindings(now)
  const previous = new Map<string, SealedValue>()
  const onBinding = ({ key, state, value }: Binding): void => {
    const present = bound.get(key)?.value
    if (state !== 'set' || value === undefined || previous.has(key)) return
    if (present === undefined || !present.equals(value)) previous.set(key, value)
  }
  const end = performance.now() + historyTime
  try {
    await olderPrints({
      root,
      plan,
      now,
      // the fingerprints are not looked at
      secret: new Uint8Array(32),
      stop: () => performance.now() > end,
      onBinding,
    })
    return previous
  } catch (error) {
    if (error instanceof AftergreenError && error.code === 'CONFIG_HISTORY') return undefined
    throw error
  }
}

/** Keys that processes report, of those whose declared value is known. @throws CONFIG_SECRET */
async function reportedKeys(
  target: LoadedEnvironment,
  flags: Pick<MutateFlags, 'reports' | 'keyFile'>,
  terminal: Terminal,
): Promise<Set<string> | undefined> {
  if (flags.reports === undefined) return undefined
  const secret = await fingerprintSecret(flags.keyFile, terminal)
  const [{ readReports }, { trustedReports }] = await Promise.all([
    import('../config/drift/read-reports.ts'),
    import('../config/drift/trusted-reports.ts'),
  ])
  const { reports } = await readReports(flags.reports)
  const trusted = trustedReports(reports, target.name, secret)
  const known = target.bindings.filter(({ state }) => state === 'set' || state === 'empty')
  const names = new Set(trusted.reports.flatMap((report) => Object.keys(report.keys)))
  return new Set(known.map(({ key }) => key).filter((key) => names.has(key)))
}

/** Of `package.json`, as far as it can be read. */
async function scriptsOf(root: string): Promise<Record<string, string>> {
  try {
    const told: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const { scripts } = told as { scripts?: Record<string, unknown> }
    const known = Object.entries(scripts ?? {})
    return Object.fromEntries(
      known.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
    )
  } catch {
    return {}
  }
}
