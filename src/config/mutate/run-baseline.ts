/** The run without a mutant: it must pass before anything can be learnt from tests, and tells which tests read which key. */
import { AftergreenError } from '../../errors.ts'
import type { RunTrace } from '../coverage/run-trace.ts'
import type { TracedEnd } from '../coverage/run-traced.ts'
import { runTraced, traceSecret } from '../coverage/run-traced.ts'
import type { CommandWords } from '../process/run-command.ts'
import { runCommand } from '../process/run-command.ts'
import type { NetworkSwitch } from './network-off.ts'

export interface RunContext {
  /** Real path of the repository. */
  root: string
  network: NetworkSwitch
  /** Aborted = no more runs, and the one that is made now is ended. */
  stop: AbortSignal
}

export interface BaselineInput extends RunContext {
  command: CommandWords
  /** Without what the environment binds. */
  own: NodeJS.ProcessEnv
  /** With it. */
  bound: NodeJS.ProcessEnv
  environment: string
  timeoutMs: number
}

export interface Baseline {
  trace: RunTrace
  seconds: number
  /**
   * `all`: the tests pass with all values of the environment; `alone`: only without them, so that each key is set alone, and
   * must pass with its right value first.
   */
  mode: 'all' | 'alone'
  /** It failed once and passed then: no failure of the tests counts without a run beside it. */
  flaky: boolean
}

/** A traced run, in the network that the mutated runs have. */
export function tracedRun(
  { root, network, stop }: RunContext,
  command: CommandWords,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<TracedEnd> {
  return runTraced({
    root,
    command: network.wrap(command),
    env,
    stop,
    timeoutMs,
    endGroup: true,
    secret: traceSecret(),
  })
}

/**
 * Runs the test command with what the environment binds; where it fails so, without that.
 *
 * @throws USAGE where it does not pass, with the reason as far as more runs can tell it. Undefined = it was stopped.
 */
export async function runBaseline(input: BaselineInput): Promise<Baseline | undefined> {
  const { command, own, bound, timeoutMs, stop } = input
  const run = (env: NodeJS.ProcessEnv): Promise<TracedEnd> =>
    tracedRun(input, command, env, timeoutMs)
  const first = await run(bound)
  if (first.stopped) return undefined
  const done = (end: TracedEnd, mode: Baseline['mode'], flaky: boolean): Baseline => ({
    trace: end.trace,
    seconds: end.seconds,
    mode,
    flaky,
  })
  if (first.exitCode === 0) return done(first, 'all', false)
  if (first.timedOut) {
    throw new AftergreenError('USAGE', 'The test command takes longer than the whole budget.', {
      hint: 'Give more minutes with --budget, or a command with fewer tests.',
    })
  }
  if (first.exitCode === 127 || first.exitCode === 126) {
    throw new AftergreenError('USAGE', `The test command ${command[0]} cannot be started.`, {
      hint: 'Give a program and its arguments after --, such as -- npm test.',
    })
  }
  const again = await run(bound)
  if (again.stopped) return undefined
  if (again.exitCode === 0) return done(again, 'all', true)
  const alone = await run(own)
  if (alone.stopped) return undefined
  if (alone.exitCode === 0) return done(alone, 'alone', false)
  // without the values of the environment it is a run as any other of these tests
  const online = input.network.off
    ? await runCommand({ root: input.root, command, env: own, stop, timeoutMs, endGroup: true })
    : undefined
  if (stop.aborted) return undefined
  if (online?.exitCode === 0) {
    throw new AftergreenError('USAGE', 'The test command passes only with the network.', {
      hint: `Mutated runs have none, so that no wrong value reaches what it names. --network leaves it on; the tests then run with values of ${input.environment}.`,
    })
  }
  throw new AftergreenError('USAGE', 'The test command fails already, without any wrong value.', {
    hint: 'Nothing can be learnt from tests that fail: make them pass first, or give others.',
  })
}
