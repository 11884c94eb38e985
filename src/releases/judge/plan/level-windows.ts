import { safetyOddsRatio, safetyRateDifference } from '../../../stats/bernoulli-blocks.ts'
import type { ComparisonBlock, EProcess } from '../../../stats/e-process.ts'
import { quantileOf } from '../../../stats/kth-smallest.ts'
import { highestLogMean } from '../../../stats/highest-log-mean.ts'
import { safetyRateRatio } from '../../../stats/rate-ratio-test.ts'
import { updateMerged } from '../evaluate-harm.ts'
import { notCounted } from '../measures.ts'
import type { JudgeWindow } from '../judge-window.ts'
import type { Policy } from '../policy.ts'
import type { UnitTable } from '../unit-table.ts'

/** A stretch of the watch whose later half is compared with its earlier half. */
export interface LevelWindow {
  /** From the start of the release, ms. */
  length: number
  /** 0 to 1: how much of the evidence is there that the later half is not worse. */
  progress: number
  met: boolean
  /** The window is over; before, only time is missing. */
  isOver: boolean
}

/** Parts of the soak, each twice as long as the one before. */
export const levelParts = [0.25, 0.5, 1] as const
/** Each half is cut in so many blocks, and compared block by block in the order of time. */
const pairs = 16
/** Requests of an operation from which its usual duration is learned, at the start of the window. */
const learningShare = 0.125

/**
 * What builds up slowly shows as a level that rises: over windows that double, the candidate's requests of the later half
 * against those of the earlier half. The null of each is that failures rose by the margin or more, or that slow requests
 * did; e-processes over pairs of blocks. Fixed windows: what was proven stays proven.
 */
export function levelWindows(
  table: UnitTable,
  window: JudgeWindow,
  soakMillis: number,
  policy: Policy,
): LevelWindow[] {
  return levelParts.map((part) => {
    const length = part * soakMillis
    const isOver = length > 0 && window.to - window.from >= length
    if (!isOver) {
      const progress = length === 0 ? 0 : Math.min(0.99, (window.to - window.from) / length)
      return { length, progress, met: false, isOver }
    }
    const logE = Math.min(
      failureLogE(table, window.from, length, policy),
      slowLogE(table, window.from, length, policy),
    )
    const progress = Math.min(1, Math.max(0, logE) / Math.log(1 / policy.alphaSafe))
    return { length, progress, met: progress >= 1, isOver }
  })
}

function failureLogE(table: UnitTable, from: number, length: number, policy: Policy): number {
  const { failed, silent } = table
  const bad = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++)
    if (failed[row] === 1 || silent[row] === 1) bad[row] = 1
  const blocks = pairBlocks(table, from, length, bad)
  const tests = [
    safetyRateRatio({ margin: policy.safeFailureRatio }),
    safetyRateDifference({ delta: policy.safeFailureDifference }),
  ]
  return highestLogMean(tests.map((test) => seriesOf(test, blocks)))
}

/** Slow: beyond the 90th percentile of its operation at the start of the window, which is not tested itself. */
function slowLogE(table: UnitTable, from: number, length: number, policy: Policy): number {
  const learnedUntil = from + (learningShare * length) / 2
  const learned = table.operations.map((): number[] => [])
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 0 || table.at[row]! < from || table.at[row]! >= learnedUntil)
      continue
    if (table.warmUp?.rows[row] === 1) continue
    learned[table.operation[row]!]!.push(table.duration[row]!)
  }
  const bounds = learned.map(
    (durations) => quantileOf(Float64Array.from(durations), 0.9) ?? Infinity,
  )
  const slow = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    if (table.warmUp?.rows[row] === 1) slow[row] = notCounted
    else if (table.duration[row]! > bounds[table.operation[row]!]!) slow[row] = 1
  }
  const blocks = pairBlocks(table, from, length, slow).slice(Math.ceil(learningShare * pairs))
  const test = safetyOddsRatio({ margin: policy.safeLatencyOdds })
  return Math.max(0, ...seriesOf(test, blocks))
}

function seriesOf(test: EProcess, blocks: readonly ComparisonBlock[]): Float64Array {
  const logE = new Float64Array(blocks.length)
  updateMerged(test, blocks, logE)
  return logE
}

/** The candidate's units: those of the earlier half as the baseline of those of the later half. */
function pairBlocks(
  table: UnitTable,
  from: number,
  length: number,
  bad: Uint8Array,
): ComparisonBlock[] {
  const total = new Uint32Array(2 * pairs)
  const worse = new Uint32Array(2 * pairs)
  const { rows, candidate, at } = table
  for (let row = 0; row < rows; row++) {
    if (candidate[row] === 0 || bad[row] === notCounted) continue
    const place = Math.floor(((at[row]! - from) / length) * 2 * pairs)
    if (place < 0 || place >= 2 * pairs) continue
    total[place]! += 1
    worse[place]! += bad[row]!
  }
  return Array.from({ length: pairs }, (_, pair) => ({
    candidateTotal: total[pairs + pair]!,
    candidateBad: worse[pairs + pair]!,
    baselineTotal: total[pair]!,
    baselineBad: worse[pair]!,
  }))
}
