/** One run of a killer with a mutant, and the second one that tells a failure from an accident. */
import type { CommandEnd, CommandOptions } from '../process/run-command.ts'
import { runCommand } from '../process/run-command.ts'
import type { RunContext } from './run-baseline.ts'

export interface Attempt {
  /** `impossible`: it could not be tried, for the reason in `detail`. */
  fate: 'passed' | 'noticed' | 'unstable' | 'impossible'
  /** One sentence, without any value. */
  detail: string
  runs: number
}

export interface AttemptOptions extends Pick<
  CommandOptions,
  'command' | 'env' | 'timeoutMs' | 'readyWhen'
> {
  /** Begins the sentence: `tests`, `boot`, `smoke`. */
  called: keyof typeof subjects
}

/** Several times longer than without a mutant is taken for hung. */
export const hungAfterMs = (seconds: number): number => 1000 * Math.max(5, 5 * seconds)

const subjects = {
  tests: 'The tests',
  boot: 'The program',
  smoke: 'The smoke check',
}

/** Undefined = it was stopped. */
export async function attempt(
  { root, network, stop }: RunContext,
  { command, called, ...options }: AttemptOptions,
): Promise<Attempt | undefined> {
  if (stop.aborted) return undefined
  let end
  try {
    end = await runCommand({
      ...options,
      root,
      command: network.wrap(command),
      stop,
      endGroup: true,
    })
  } catch {
    // all of the environment together can be too long for the system
    return { fate: 'impossible', detail: 'No process could be started with it.', runs: 0 }
  }
  // what ended while it was told to end says nothing
  if (end.stopped) return undefined
  const wrong = failureOf(end, options)
  return wrong === undefined
    ? { fate: 'passed', detail: '', runs: 1 }
    : { fate: 'noticed', detail: `${subjects[called]} ${wrong}.`, runs: 1 }
}

function failureOf(
  { exitCode, timedOut, ready, seconds }: CommandEnd,
  { readyWhen, timeoutMs }: Pick<AttemptOptions, 'readyWhen' | 'timeoutMs'>,
): string | undefined {
  if (ready) return undefined
  const after = `${Math.round(timeoutMs === undefined ? seconds : timeoutMs / 1000)} seconds`
  if (readyWhen !== undefined) {
    return timedOut
      ? `was not ready after ${after}`
      : `ended ${endWords(exitCode)} before it was ready`
  }
  if (timedOut) return `hung: stopped after ${after}`
  return exitCode === 0 ? undefined : `ended ${endWords(exitCode)}`
}

const endWords = (exitCode: number | null): string =>
  exitCode === null ? 'by a signal' : `with ${exitCode}`

/** A failure counts where it comes again. Undefined = it was stopped. */
export async function runTwice(
  run: () => Promise<Attempt | undefined>,
): Promise<Attempt | undefined> {
  const first = await run()
  if (first?.fate !== 'noticed') return first
  const second = await run()
  if (second === undefined || second.fate === 'noticed') return second && { ...second, runs: 2 }
  return {
    fate: 'unstable',
    detail: `${first.detail.slice(0, -1)}, and passed the next time.`,
    runs: 2,
  }
}
