import { cohortMask } from '../../cohorts/cohort-table.ts'
import {
  harmLatency,
  type HistogramBlock,
  type HistogramEProcess,
} from '../../stats/bucket-latency-test.ts'
import type { ComparisonBlock, EProcess } from '../../stats/e-process.ts'
import { harmRateRatio } from '../../stats/rate-ratio-test.ts'
import { durationBounds, durationBucket } from './duration-buckets.ts'
import type { Hypothesis } from './hypothesis.ts'
import type { JudgeWindow } from './judge-window.ts'
import { KeptSeries, type Series } from './kept-series.ts'
import { badRows, notCounted, slowRows } from './measures.ts'
import { onceEach, type UserNumbers, userNumbers } from './once-per-user.ts'
import type { Policy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'

/** A claim of harm with its evidence so far. */
export interface Evaluated {
  hypothesis: Hypothesis
  /** log of the e-value now */
  logE: number
  /** log of the largest e-value at any block border; what an irreversible action may rest on (judge.md §6.6) */
  maxLogE: number
}

export interface HarmEvaluation {
  evaluated: Evaluated[]
  /**
   * log of the weighted sum of the e-processes at its highest: of the known claims or of the discovered ones, whichever
   * is greater
   */
  globalMaxLogE: number
}

/** e-values beyond this need no exact number, and sums of them must not overflow. */
const logECap = 600

/**
 * Runs the e-process of every claim over the blocks of event time. A weighted sum of e-processes is one too, whatever the
 * dependence, and with weights that sum to w it ever reaches 1/alpha without harm with probability at most w alpha,
 * however often it is looked at (Ville's inequality; judge.md §6, §6.6).
 *
 * Claims that the discovery half suggested are judged on the confirmation half alone. Given the discovery half, they and
 * their weights are fixed, so their sum is an e-process of the confirmation half. The known claims use both halves, which
 * is another filtration: their sum is kept apart, and an alarm is that either sum crosses the line, with probability at
 * most alpha together.
 */
export function evaluateHarm(
  table: UnitTable,
  hypotheses: readonly Hypothesis[],
  window: JudgeWindow,
  policy: Policy,
  kept = new KeptSeries(),
): HarmEvaluation {
  const blocks = blockNumbers(table, window)
  const sums = {
    fixed: new Float64Array(window.blocks),
    discovered: new Float64Array(window.blocks),
  }
  const users = userNumbers(table)
  const evaluated = hypotheses.map((hypothesis): Evaluated => {
    const series = eProcess(table, hypothesis, { blocks, users, kept }, window.blocks, policy)
    const sum = sums[hypothesis.origin]
    for (let block = 0; block < window.blocks; block++) {
      sum[block]! += hypothesis.weight * Math.exp(Math.min(series.logE[block]!, logECap))
    }
    return { hypothesis, logE: series.logE.at(-1) ?? 0, maxLogE: series.maxLogE }
  })
  let highest = 0
  for (const sum of [...sums.fixed, ...sums.discovered]) highest = Math.max(highest, sum)
  return { evaluated, globalMaxLogE: highest > 0 ? Math.log(highest) : Number.NEGATIVE_INFINITY }
}

/** The block of each row; -1 outside the window. */
export function blockNumbers(table: UnitTable, window: JudgeWindow): Int32Array {
  const blockOf = new Int32Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    const block = Math.floor((table.at[row]! - window.from) / window.blockMillis)
    blockOf[row] = block >= 0 && block < window.blocks ? block : -1
  }
  return blockOf
}

function eProcess(
  table: UnitTable,
  hypothesis: Hypothesis,
  {
    blocks: blockOf,
    users,
    kept,
  }: { blocks: Int32Array; users: UserNumbers | null; kept: KeptSeries },
  blocks: number,
  policy: Policy,
): Series {
  if (hypothesis.test === 'buckets') {
    const margin = policy.harmLatencyOdds
    const histograms = histogramBlocks(table, rowsOf(table, hypothesis), blockOf, blocks)
    const make = (): HistogramEProcess =>
      harmLatency({ buckets: durationBounds.length + 1, margin })
    return kept.ofHistograms(`harm ${hypothesis.id} ${margin}`, make, histograms, blocks)
  }
  const margin = hypothesis.test === 'slow' ? policy.harmSlowRatio : policy.harmFailureRatio
  const rows = rowsOf(table, hypothesis)
  // slowness is no matter of trying again
  const bad =
    hypothesis.kind === 'latency'
      ? badOf(table, hypothesis)
      : onceEach(badOf(table, hypothesis), rows, users)
  // each operation is compared with itself: more traffic to one that fails more often is not harm (judge.md §6.10)
  const strata = operationBlocks(table, rows, bad, blockOf, blocks)
  const make = (): EProcess => harmRateRatio({ margin })
  return kept.ofCounts(`harm ${hypothesis.id} ${margin}`, make, strata, blocks)
}

/**
 * Feeds blocks to a test, merging those in which one side is empty with the next: a narrow cohort has few requests in
 * each, and half a block says nothing. Whether to merge depends on the totals alone, so the e-process stays one.
 * @param logE is filled with the e-process after each block
 */
export function updateMerged(
  test: EProcess,
  blocks: readonly ComparisonBlock[],
  logE: Float64Array,
): void {
  updateStrata(test, [blocks], logE)
}

/** The same over strata: blocks of the same time, one list a stratum, each merged by itself. */
export function updateStrata(
  test: EProcess,
  strata: readonly (readonly ComparisonBlock[])[],
  logE: Float64Array,
): void {
  logE.set(new KeptSeries().ofCounts('', () => test, strata, logE.length).logE)
}

function emptyBlock(): ComparisonBlock {
  return { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
}

/** The rows on which a claim is judged: its cohort, in the half that its origin allows. */
export function rowsOf(table: UnitTable, hypothesis: Hypothesis): Uint8Array {
  const mask = cohortMask(table, hypothesis.cohort)
  if (hypothesis.origin === 'discovered') {
    for (let row = 0; row < mask.length; row++) if (table.discovery[row] === 1) mask[row] = 0
  }
  if (hypothesis.kind === 'latency') leaveOutWarmUp(table, mask)
  return mask
}

/** Takes the units of instances that were not warm yet out of a mask. */
export function leaveOutWarmUp({ warmUp }: UnitTable, mask: Uint8Array): Uint8Array {
  if (warmUp !== undefined)
    for (let row = 0; row < mask.length; row++) if (warmUp.rows[row] === 1) mask[row] = 0
  return mask
}

/** Which rows are bad in the sense of a claim; `buckets` has no such notion of its own and uses its bounds. */
export function badOf(table: UnitTable, hypothesis: Hypothesis): Uint8Array {
  if (hypothesis.kind !== 'latency') return badRows(table, hypothesis.kind)
  return slowRows(table, hypothesis.slowBounds ?? {})
}

/** What counting needs to know of units. */
type CountedUnits = Pick<UnitTable, 'rows' | 'candidate' | 'operation'>

/** Counts of both sides in each block, over the masked rows. */
export function comparisonBlocks(
  table: CountedUnits,
  mask: Uint8Array,
  bad: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
): ComparisonBlock[] {
  const [counts] = operationBlocks(table, mask, bad, blockOf, blocks, 1)
  return counts ?? Array.from({ length: blocks }, emptyBlock)
}

/** Operations beyond this many share one list. */
const maxStrata = 64

/** The same for each operation by itself; operations without rows are left out. */
function operationBlocks(
  table: CountedUnits,
  mask: Uint8Array,
  bad: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
  strata = maxStrata,
): ComparisonBlock[][] {
  // in each block: total and bad of the baseline, total and bad of the candidate
  const counts: (Uint32Array | undefined)[] = Array.from({ length: strata })
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0 || bad[row] === notCounted) continue
    const stratum = Math.min(table.operation[row]!, strata - 1)
    const own = (counts[stratum] ??= new Uint32Array(4 * blocks))
    if (blockOf[row]! < 0) continue
    const cell = 4 * blockOf[row]! + 2 * table.candidate[row]!
    own[cell]! += 1
    own[cell + 1]! += bad[row]!
  }
  return counts.flatMap((own) => (own === undefined ? [] : [blocksOf(own)]))
}

function blocksOf(counts: Uint32Array): ComparisonBlock[] {
  return Array.from({ length: counts.length / 4 }, (_, i) => ({
    baselineTotal: counts[4 * i]!,
    baselineBad: counts[4 * i + 1]!,
    candidateTotal: counts[4 * i + 2]!,
    candidateBad: counts[4 * i + 3]!,
  }))
}

/** Duration histograms of both sides in each block, over the masked rows. */
export function histogramBlocks(
  table: UnitTable,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
): HistogramBlock[] {
  const buckets = durationBounds.length + 1
  const counts = new Float64Array(2 * blocks * buckets)
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] !== 1 || blockOf[row]! < 0) continue
    const list = 2 * blockOf[row]! + table.candidate[row]!
    counts[list * buckets + durationBucket(table.duration[row]!)]! += 1
  }
  const list = (number: number): Float64Array =>
    counts.subarray(number * buckets, (number + 1) * buckets)
  return Array.from({ length: blocks }, (_, block) => ({
    baseline: list(2 * block),
    candidate: list(2 * block + 1),
  }))
}
