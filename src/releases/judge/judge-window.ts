import type { RecordedRelease } from '../ledger/ledger.ts'

/** How often the judge looks, and in which steps of time. */
export interface JudgePace {
  /** Seconds between two looks. */
  everySeconds: number
  /** Width of the blocks of event time into which the evidence is cut. */
  blockSeconds: number
  /** How long a block stays open for late telemetry. */
  lagSeconds: number
  /** How long the durations of a fresh instance do not count; left out, they always do. */
  warmUpSeconds?: number
}

/** The blocks of event time that are complete at a look; times in milliseconds since the epoch. */
export interface JudgeWindow {
  from: number
  to: number
  blockMillis: number
  /** Complete blocks from `from` to `to`. */
  blocks: number
}

/** At most so many blocks are judged; a longer watch gets wider blocks, never older evidence thrown away. */
const maxBlocks = 2_000

/** The complete blocks between the start of a release and `now` less the lag. */
export function judgeWindow(recorded: RecordedRelease, now: number, pace: JudgePace): JudgeWindow {
  const from = Date.parse(recorded.release.startedAt)
  const span = Math.max(0, now - pace.lagSeconds * 1000 - from)
  const base = pace.blockSeconds * 1000
  // doubling keeps old block borders a subset of the new ones
  let blockMillis = base
  while (span / blockMillis > maxBlocks) blockMillis *= 2
  const blocks = Math.floor(span / blockMillis)
  return { from, to: from + blocks * blockMillis, blockMillis, blocks }
}

/**
 * The end of the last whole step of a window: what is asked up to there is the same at most looks. Steps are a power of two
 * of blocks and at most a share of the window.
 */
export function wholeSteps({ from, blockMillis, blocks }: JudgeWindow, share: number): number {
  let step = 1
  while (step * 2 <= blocks * share) step *= 2
  return from + Math.floor(blocks / step) * step * blockMillis
}
