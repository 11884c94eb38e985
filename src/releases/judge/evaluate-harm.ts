import { cohortMask } from '../../cohorts/cohort-table.ts'
import { harmLatency, type HistogramBlock } from '../../stats/bucket-latency-test.ts'
import type { ComparisonBlock, EProcess } from '../../stats/e-process.ts'
import { harmRateRatio } from '../../stats/rate-ratio-test.ts'
import { durationBounds, durationBucket } from './duration-buckets.ts'
import type { Hypothesis } from './hypothesis.ts'
import type { JudgeWindow } from './judge-window.ts'
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
): HarmEvaluation {
  const blocks = blockNumbers(table, window)
  const sums = {
    fixed: new Float64Array(window.blocks),
    discovered: new Float64Array(window.blocks),
  }
  const users = userNumbers(table)
  const evaluated = hypotheses.map((hypothesis): Evaluated => {
    const series = eProcess(table, hypothesis, { blocks, users }, window.blocks, policy)
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

interface Series {
  logE: Float64Array
  maxLogE: number
}

function eProcess(
  table: UnitTable,
  hypothesis: Hypothesis,
  { blocks: blockOf, users }: { blocks: Int32Array; users: UserNumbers | null },
  blocks: number,
  policy: Policy,
): Series {
  const logE = new Float64Array(blocks)
  if (hypothesis.test === 'buckets') {
    const test = harmLatency({ buckets: durationBounds.length + 1, margin: policy.harmLatencyOdds })
    const histograms = histogramBlocks(table, rowsOf(table, hypothesis), blockOf, blocks)
    mergeHistograms(histograms).forEach((block, i) => {
      test.update(block)
      logE[i] = test.logE
    })
    return { logE, maxLogE: test.maxLogE }
  }
  const test = harmRateRatio({
    margin: hypothesis.test === 'slow' ? policy.harmSlowRatio : policy.harmFailureRatio,
  })
  const rows = rowsOf(table, hypothesis)
  // slowness is no matter of trying again
  const bad =
    hypothesis.kind === 'latency'
      ? badOf(table, hypothesis)
      : onceEach(badOf(table, hypothesis), rows, users)
  // each operation is compared with itself: more traffic to one that fails more often is not harm (judge.md §6.10)
  updateStrata(test, operationBlocks(table, rows, bad, blockOf, blocks), logE)
  return { logE, maxLogE: test.maxLogE }
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
  const open = strata.map(emptyBlock)
  for (let i = 0; i < logE.length; i++) {
    strata.forEach((blocks, stratum) => {
      const block = open[stratum]!
      addTo(block, blocks[i] ?? emptyBlock())
      if (block.candidateTotal === 0 || block.baselineTotal === 0) return
      test.update(block)
      open[stratum] = emptyBlock()
    })
    logE[i] = test.logE
  }
}

function emptyBlock(): ComparisonBlock {
  return { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
}

function addTo(sum: ComparisonBlock, block: ComparisonBlock): void {
  sum.candidateTotal += block.candidateTotal
  sum.candidateBad += block.candidateBad
  sum.baselineTotal += block.baselineTotal
  sum.baselineBad += block.baselineBad
}

/** Histograms in which one side is empty are added to the next, like blocks of counts. */
export function mergeHistograms(blocks: readonly HistogramBlock[]): HistogramBlock[] {
  let open: HistogramBlock | undefined
  return blocks.map((block) => {
    const before = open
    const merged =
      before === undefined
        ? block
        : {
            baseline: Float64Array.from(block.baseline, (n, i) => n + before.baseline[i]!),
            candidate: Float64Array.from(block.candidate, (n, i) => n + before.candidate[i]!),
          }
    const complete = [merged.baseline, merged.candidate].every((side) =>
      Array.prototype.some.call(side, (n: number) => n > 0),
    )
    open = complete ? undefined : merged
    return merged
  })
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
  const counts: (ComparisonBlock[] | undefined)[] = Array.from({ length: strata })
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0 || bad[row] === notCounted) continue
    const stratum = Math.min(table.operation[row]!, strata - 1)
    const block = (counts[stratum] ??= Array.from({ length: blocks }, emptyBlock))[blockOf[row]!]
    if (block === undefined) continue
    if (table.candidate[row] === 1) {
      block.candidateTotal += 1
      block.candidateBad += bad[row]!
    } else {
      block.baselineTotal += 1
      block.baselineBad += bad[row]!
    }
  }
  return counts.filter((each) => each !== undefined)
}

/** Duration histograms of both sides in each block, over the masked rows. */
export function histogramBlocks(
  table: UnitTable,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
): HistogramBlock[] {
  const buckets = durationBounds.length + 1
  const histograms = Array.from({ length: blocks }, () => ({
    baseline: new Float64Array(buckets),
    candidate: new Float64Array(buckets),
  }))
  for (let row = 0; row < table.rows; row++) {
    const block = mask[row] === 1 ? histograms[blockOf[row]!] : undefined
    if (block === undefined) continue
    const side = table.candidate[row] === 1 ? block.candidate : block.baseline
    side[durationBucket(table.duration[row]!)]! += 1
  }
  return histograms
}
