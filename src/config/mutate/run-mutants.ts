/** Asks the killers about each mutant, the cheapest and earliest first (config.md §7.5); the first that notices is the last. */
import { AftergreenError } from '../../errors.ts'
import type { Killer, Mutant, MutantResult } from './mutant.ts'
import type { KeptResult, MutationCache } from './mutation-cache.ts'
import type { RunContext } from './run-baseline.ts'
import { withMutant } from './run-environment.ts'
import type { MutatedTests } from './run-tests.ts'
import type { Attempt, AttemptOptions } from './run-twice.ts'
import { attempt, runTwice } from './run-twice.ts'

/** A command that has to pass: `--boot`, `--smoke`. */
export type CheckCommand = Pick<AttemptOptions, 'command' | 'readyWhen' | 'timeoutMs'>

export interface MutationProgress {
  done: number
  planned: number
  noticed: number
  survived: number
  /** Of runs that are still to be made, as long as those before them; null = not known yet. */
  secondsLeft: number | null
}

export interface MutationRun extends RunContext {
  mutants: readonly Mutant[]
  /** Sentences; undefined = no. They need no run. */
  equivalent: (mutant: Mutant) => string | undefined
  contract: (mutant: Mutant) => string | undefined
  drift?: (mutant: Mutant) => string | undefined
  /** Of the program as it runs in the environment. */
  env: NodeJS.ProcessEnv
  boot?: CheckCommand
  tests: MutatedTests
  smoke?: CheckCommand
  cache: MutationCache
  /** Of all that the runs of a mutant depend on. */
  nameOf: (mutant: Mutant) => string
  /** At least 1. */
  jobs: number
  /** Of the person alone; `stop` is also that of the budget, which is for runs. */
  quit: AbortSignal
  /** Called before the first run. */
  beforeRuns: () => void
  /** Why runs are no longer made, as a sentence. */
  whyStopped: () => string
  onProgress?: (progress: MutationProgress) => void
}

/** In the order of the mutants. */
export interface MutationResults {
  results: MutantResult[]
  /** Taken from the cache. */
  kept: number
}

/** Without a mutant it has to pass. Seconds that it took; undefined = it was stopped. @throws USAGE */
export async function proveCheck(
  context: RunContext & Pick<MutationRun, 'env'>,
  check: CheckCommand,
  called: 'boot' | 'smoke',
): Promise<number | undefined> {
  const began = performance.now()
  const verdict = await attempt(context, { ...check, env: context.env, called })
  if (verdict === undefined) return undefined
  if (verdict.fate === 'passed') return (performance.now() - began) / 1000
  throw new AftergreenError(
    'USAGE',
    `The command of --${called} fails already, without any wrong value.`,
    { hint: `${verdict.detail} Nothing can be learnt from it before it passes.` },
  )
}

interface Judged {
  outcome: MutantResult['outcome']
  killer?: Killer
  detail: string
  runs: number
  /** Of the tests that noticed it. */
  unit?: string
}

/** Each mutant gets a result; what the time did not suffice for is `not-run`. */
export async function runMutants(input: MutationRun): Promise<MutationResults> {
  const { mutants, cache, tests } = input
  const results: (MutantResult | undefined)[] = mutants.map(() => undefined)
  const units = new Map<number, string>()
  const waiting: number[] = []
  let kept = 0
  const tell = teller(input, results)
  const pause = pauses()
  for (const [index, mutant] of mutants.entries()) {
    // thousands are asked about before the first run: a key press and the progress have to come through
    if (await pause()) tell(index)
    if (input.quit.aborted) break
    const judged = withoutRun(input, mutant)
    const known = judged === undefined ? cache.get(input.nameOf(mutant)) : undefined
    if (judged !== undefined) results[index] = { mutant, ...judged, seconds: 0 }
    else if (known === undefined) waiting.push(index)
    else {
      results[index] = { mutant, ...known, ...withDrift(input, mutant, known) }
      kept += 1
    }
  }
  let next = 0
  let made = 0
  let spent = 0
  const tellRuns = (): void => {
    const left = waiting.length - made
    tell(mutants.length - left, made === 0 ? null : ((spent / made) * left) / input.jobs)
  }
  const worker = async (): Promise<void> => {
    while (next < waiting.length && !input.stop.aborted) {
      const index = waiting[next++]!
      const mutant = mutants[index]!
      const began = performance.now()
      const judged = await withRuns(input, mutant)
      if (judged === undefined) return
      const { unit, ...rest } = judged
      const seconds = (performance.now() - began) / 1000
      results[index] = { mutant, ...withDrift(input, mutant, rest), seconds }
      if (unit !== undefined) units.set(index, unit)
      await keep(input, mutant, { ...rest, seconds })
      made += 1
      spent += seconds
      tellRuns()
    }
  }
  tellRuns()
  input.beforeRuns()
  await Promise.all(Array.from({ length: input.jobs }, worker))
  await tests.close()
  // what was believed before its tests turned out to fail by themselves
  for (const [index, unit] of units) {
    if (!tests.isSuspicious(unit)) continue
    const result = results[index]!
    const still = input.stop.aborted ? undefined : await tests.again(result.mutant, unit)
    const runs = result.runs + (still === undefined ? 0 : 1)
    if (still === true) {
      results[index] = { ...result, runs }
      continue
    }
    const detail = `${result.detail.slice(0, -1)}, but these tests also fail without it.`
    results[index] = { ...result, outcome: 'unstable', detail, runs }
    await cache.forget(input.nameOf(result.mutant))
  }
  return {
    kept,
    results: mutants.map(
      (mutant, index): MutantResult =>
        results[index] ?? {
          mutant,
          outcome: 'not-run',
          detail: input.whyStopped(),
          runs: 0,
          seconds: 0,
        },
    ),
  }
}

function withoutRun({ equivalent, contract }: MutationRun, mutant: Mutant): Judged | undefined {
  const same = equivalent(mutant)
  if (same !== undefined) return { outcome: 'equivalent', detail: same, runs: 0 }
  const rule = contract(mutant)
  if (rule === undefined) return undefined
  return { outcome: 'noticed', killer: 'contract', detail: rule, runs: 0 }
}

/** Undefined = it was stopped before anything was known. */
async function withRuns(input: MutationRun, mutant: Mutant): Promise<Judged | undefined> {
  const { boot, smoke, tests } = input
  // whoever runs the command may have given it what the files do not tell
  if (mutant.unknownBefore === true && input.env[mutant.key] === undefined) {
    const detail = 'What the environment gives to the key is not known here.'
    return { outcome: 'not-run', detail, runs: 0 }
  }
  const env = withMutant(input.env, mutant)
  if (typeof env === 'string') return { outcome: 'not-run', detail: env, runs: 0 }
  const check = (told: CheckCommand, called: 'boot' | 'smoke') =>
    runTwice(() => attempt(input, { ...told, env, called }))
  type Asked = [Killer, string, () => Promise<(Attempt & { unit?: string }) | undefined>]
  const asked: Asked[] = [['tests', 'the tests pass', () => tests.ask(mutant)]]
  if (boot !== undefined) asked.unshift(['boot-check', 'it starts', () => check(boot, 'boot')])
  if (smoke !== undefined)
    asked.push(['smoke', 'the smoke check passes', () => check(smoke, 'smoke')])
  const passed: string[] = []
  let runs = 0
  let impossible: string | undefined
  for (const [killer, words, ask] of asked) {
    const verdict = await ask()
    if (verdict === undefined) return undefined
    const { fate, detail, unit } = verdict
    runs += verdict.runs
    if (fate === 'noticed' || fate === 'unstable') {
      return { outcome: fate, killer, detail, runs, ...(unit === undefined ? {} : { unit }) }
    }
    if (fate === 'impossible') impossible ??= detail
    else passed.push(detail === '' ? words : lowerFirst(detail))
  }
  // somebody who could not be asked might have noticed
  if (impossible !== undefined) return { outcome: 'not-run', detail: impossible, runs }
  return { outcome: 'survived', detail: `Nobody: ${passed.join(', and ')}.`, runs }
}

/** The last killer: an alarm about a running process comes after all the others. */
function withDrift({ drift }: MutationRun, mutant: Mutant, judged: Judged | KeptResult): Judged {
  const { outcome, detail, runs, killer } = judged
  const alarm = outcome === 'survived' ? drift?.(mutant) : undefined
  if (alarm !== undefined) return { outcome: 'noticed', killer: 'drift', detail: alarm, runs }
  return { outcome, detail, runs, ...(killer === undefined ? {} : { killer }) }
}

async function keep(
  { cache, nameOf }: MutationRun,
  mutant: Mutant,
  { outcome, killer, detail, runs, seconds }: Judged & { seconds: number },
): Promise<void> {
  if (outcome !== 'noticed' && outcome !== 'survived') return
  const result = { outcome, detail, runs, seconds, ...(killer === undefined ? {} : { killer }) }
  await cache.put(nameOf(mutant), result)
}

function teller(
  { onProgress, mutants }: MutationRun,
  results: readonly (MutantResult | undefined)[],
): (done: number, secondsLeft?: number | null) => void {
  return (done, secondsLeft = null) => {
    const count = (outcome: MutantResult['outcome']): number =>
      results.filter((it) => it?.outcome === outcome).length
    onProgress?.({
      done,
      planned: mutants.length,
      noticed: count('noticed'),
      survived: count('survived'),
      secondsLeft,
    })
  }
}

/** Lets others have their turn after some work; true = it did. */
function pauses(everyMs = 50): () => Promise<boolean> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < everyMs) return false
    await new Promise((go) => setImmediate(go))
    last = performance.now()
    return true
  }
}

const lowerFirst = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.replace(/\.$/, '').slice(1)
