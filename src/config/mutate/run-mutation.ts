/** Everything that `config mutate` runs: the tests without a mutant, the checks without one, and then with each. */
import { AftergreenError } from '../../errors.ts'
import { readsOfKeys } from '../diff/reads-of-keys.ts'
import type { CommandWords } from '../process/run-command.ts'
import { componentsOf } from '../repository/component-of.ts'
import { countOf } from '../report/finding-words.ts'
import type { CheckInput } from '../rules/check-input.ts'
import { equivalentReason } from './equivalence.ts'
import { contractKiller } from './kill-by-contract.ts'
import type { Killer, Mutant, MutantResult } from './mutant.ts'
import { codeHashes, mutantNames } from './mutation-cache-names.ts'
import type { MutationCache } from './mutation-cache.ts'
import { networkOff, networkOn } from './network-off.ts'
import type { NetworkSwitch } from './network-off.ts'
import { runBaseline } from './run-baseline.ts'
import { boundEnvironment } from './run-environment.ts'
import type { CheckCommand, MutationProgress } from './run-mutants.ts'
import { proveCheck, runMutants } from './run-mutants.ts'
import { MutatedTests } from './run-tests.ts'
import { hungAfterMs } from './run-twice.ts'
import { testsOfKeys } from './select-tests-of-keys.ts'
import { targetBindings } from './target-bindings.ts'

export interface MutationInput {
  /** Real path of the repository. */
  root: string
  command: CommandWords
  env: NodeJS.ProcessEnv
  /** The environments, the target among them, the contract and what the code reads. */
  check: CheckInput
  /** Name of the target. */
  environment: string
  mutants: readonly Mutant[]
  files: readonly string[]
  /** Of `package.json` at the root. */
  scripts: Readonly<Record<string, string>>
  boot?: CheckCommand
  smoke?: CheckCommand
  /** Keys that running processes report, and whose value is declared. */
  reported?: ReadonlySet<string>
  allTests: boolean
  /** True = mutated runs keep the network. */
  network: boolean
  budgetSeconds: number
  jobs: number
  cache: MutationCache
  stop: AbortSignal
  /** A sentence about what is done now. */
  onNote: (text: string) => void
  onProgress?: (progress: MutationProgress) => void
}

export interface MutationRan {
  results: MutantResult[]
  networkOff: boolean
  asked: Killer[]
  problems: { kind: string; reason: string }[]
  lookedAt: string[]
}

/** @throws USAGE where nothing could be learnt, or where a wrong value could reach what is real. */
export async function runMutation(input: MutationInput): Promise<MutationRan> {
  const { check, cache, mutants, root, stop } = input
  const target = check.environments.find(({ name }) => name === input.environment)
  if (target === undefined) throw new Error('the target is one of the environments')
  const bindings = targetBindings(target)
  const bound = boundEnvironment(input.env, bindings.values())
  const network = await networkOf(input, target.kind === 'production' && bound.applied > 0)
  const asked: Killer[] = [
    'contract',
    ...(input.boot === undefined ? [] : (['boot-check'] as const)),
    'tests',
    ...(input.smoke === undefined ? [] : (['smoke'] as const)),
    ...(input.reported === undefined ? [] : (['drift'] as const)),
  ]
  const problems = target.unread.map(({ location: { file, line }, reason }) => ({
    kind: 'unread-input',
    reason: `${file}:${line}: ${reason}`,
  }))
  const lookedAt = [
    network.off ? `mutated runs ${network.how}` : `mutated runs with the network (${network.how})`,
  ]
  const ran = { networkOff: network.off, asked, problems, lookedAt }
  const neverRun = (detail: string): MutationRan => ({
    ...ran,
    results: mutants.map((mutant) => ({ mutant, outcome: 'not-run', detail, runs: 0, seconds: 0 })),
  })
  if (mutants.length === 0) return neverRun('')
  const stopped = 'It was stopped before.'
  input.onNote(`Running the tests as they are: ${input.command[0]} …`)
  const context = { root, network, stop }
  const baseline = await runBaseline({
    ...context,
    command: input.command,
    own: input.env,
    bound: bound.env,
    environment: target.name,
    timeoutMs: Math.max(60, input.budgetSeconds) * 1000,
  })
  if (baseline === undefined) return neverRun(stopped)
  const checks: { boot?: CheckCommand; smoke?: CheckCommand } = {}
  for (const called of ['boot', 'smoke'] as const) {
    const command = input[called]
    if (command === undefined) continue
    input.onNote(`Running the command of --${called} as it is …`)
    const seconds = await proveCheck({ ...context, env: bound.env }, command, called)
    if (seconds === undefined) return neverRun(stopped)
    checks[called] = { timeoutMs: hungAfterMs(seconds), ...command }
  }
  const reads = check.reads ?? []
  const readsOf = readsOfKeys(reads)
  const testsOf = testsOfKeys(baseline.trace, reads)
  const over = new AbortController()
  const running = { ...context, stop: AbortSignal.any([stop, over.signal]) }
  const tests = new MutatedTests({
    ...running,
    command: input.command,
    own: input.env,
    bound: bound.env,
    bindings,
    baseline,
    testsOf,
    scripts: input.scripts,
    allTests: input.allTests,
  })
  const codes = await codeHashes(
    {
      root,
      files: input.files,
      componentOf: componentsOf(input.files),
      readsOf,
      testsOf: (key) => tests.filesOf(key),
    },
    mutants.map(({ key }) => key),
  )
  const values = [...bindings.values()].map(({ key, state, value }) => [
    key,
    state,
    value?.reveal() ?? null,
  ])
  const commands = [input.boot, input.smoke].map(
    (it) => it && [it.command, it.readyWhen?.source ?? null, it.timeoutMs ?? null],
  )
  const run = [input.command, commands, values, baseline.mode, network.off, input.allTests]
  const contract = contractKiller(check, target.name)
  const { results, kept } = await runMutants({
    ...running,
    mutants,
    equivalent: (mutant) => {
      const binding = bindings.get(mutant.key)
      return equivalentReason(mutant, {
        reads: readsOf(mutant.key),
        readsOpenly: check.readsOpenly === true,
        traced: testsOf(mutant.key).kind !== 'nobody',
        ...(binding === undefined ? {} : { binding }),
      })
    },
    contract,
    ...(input.reported === undefined ? {} : { drift: driftAlarm(input.reported) }),
    env: bound.env,
    ...checks,
    tests,
    cache,
    nameOf: mutantNames(cache, codes, run),
    jobs: input.jobs,
    quit: stop,
    beforeRuns: () => {
      setTimeout(() => over.abort(), Math.ceil(input.budgetSeconds * 1000)).unref()
    },
    whyStopped: () => (stop.aborted ? 'It was stopped before.' : 'The time was over before.'),
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
  })
  if (stop.aborted) problems.push({ kind: 'stopped', reason: 'The run was stopped.' })
  if (baseline.mode === 'alone') {
    lookedAt.push(
      `tests that fail with all values of ${target.name} at once: each key was set alone, once it passed with its right value`,
    )
  }
  if (baseline.flaky) lookedAt.push('tests that failed once without any wrong value')
  if (bound.hidden.length > 0) {
    lookedAt.push(
      `${countOf(bound.hidden.length, 'value')} that nobody here can see, left as they are here`,
    )
  }
  if (kept > 0) lookedAt.push(`${countOf(kept, 'result')} kept from an earlier run`)
  return { ...ran, results }
}

/** @throws USAGE where values of production would be used with the network on, and nobody said so. */
async function networkOf(
  { network, env }: MutationInput,
  production: boolean,
): Promise<NetworkSwitch> {
  if (network) return networkOn('as told')
  const made = await networkOff(env)
  if (!made.off && production) {
    throw new AftergreenError('USAGE', `The network cannot be switched off: ${made.how}.`, {
      hint: 'Mutated runs get values of production: --network lets them reach what these name. Or take another environment with --environment.',
    })
  }
  return made
}

/** Wrong values that come after the files, by hand or by a stale process: the files themselves are what drift trusts. */
const driftAlarm =
  (reported: ReadonlySet<string>) =>
  ({ key }: Mutant): string | undefined =>
    reported.has(key)
      ? 'Processes report the key: one that holds another value than the files declare is told by config drift.'
      : undefined
