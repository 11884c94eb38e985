import { type AttributeColumn, cohortMask, type CohortTable } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import { harmLatency, type HistogramEProcess } from '../../stats/bucket-latency-test.ts'
import type { ComparisonBlock, EProcess } from '../../stats/e-process.ts'
import { harmRateRatio } from '../../stats/rate-ratio-test.ts'
import { durationBounds, durationBucket } from './duration-buckets.ts'
import type { Hypothesis } from './hypothesis.ts'
import type { JudgeWindow } from './judge-window.ts'
import {
  type BlockCells,
  blocksOf,
  type HistogramCells,
  KeptSeries,
  type Series,
} from './kept-series.ts'
import { badRows, notCounted, slowRows } from './measures.ts'
import { onceEach } from './once-per-user.ts'
import { operationOf } from './operation-of.ts'
import { type ClaimUnits, type PlacedUnits, unitsInBlocks } from './units-in-blocks.ts'
import type { Policy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'

/** A claim of harm with its evidence so far. */
export interface Evaluated {
  hypothesis: Hypothesis
  /** log of the e-value now */
  logE: number
  /** log of the largest e-value at any block border; what an irreversible action may rest on (judge.md §6.6) */
  maxLogE: number
  /** What the evidence of a claim about failures rests on, one list an operation; left out for durations. */
  strata?: readonly BlockCells[]
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
  const units = unitsInBlocks(table, window)
  const sums = {
    fixed: new Float64Array(window.blocks),
    discovered: new Float64Array(window.blocks),
  }
  const evaluated = hypotheses.map((hypothesis): Evaluated => {
    const operation = operationOf(hypothesis.cohort)
    const placed =
      operation === undefined ? units.all : units.of(table.operations.indexOf(String(operation)))
    const rows = rowsOf(table, placed, hypothesis)
    const series = eProcess(placed, rows, hypothesis, kept, window.blocks, policy)
    const sum = sums[hypothesis.origin]
    for (let block = 0; block < window.blocks; block++) {
      sum[block]! += hypothesis.weight * Math.exp(Math.min(series.logE[block]!, logECap))
    }
    const { logE, maxLogE, strata } = series
    return { hypothesis, logE: logE.at(-1) ?? 0, maxLogE, ...(strata && { strata }) }
  })
  let highest = 0
  for (const sum of [...sums.fixed, ...sums.discovered]) highest = Math.max(highest, sum)
  return { evaluated, globalMaxLogE: highest > 0 ? Math.log(highest) : Number.NEGATIVE_INFINITY }
}

function eProcess(
  { units, rows: ofOne, blockOf, users }: PlacedUnits,
  rows: Uint8Array,
  hypothesis: Hypothesis,
  kept: KeptSeries,
  blocks: number,
  policy: Policy,
): Series & Pick<Evaluated, 'strata'> {
  if (hypothesis.test === 'buckets') {
    const margin = policy.harmLatencyOdds
    const histograms = histogramCells(units, rows, blockOf, blocks)
    const make = (): HistogramEProcess => harmLatency({ buckets: histograms.buckets, margin })
    return kept.ofHistograms(`harm ${hypothesis.id} ${margin}`, make, histograms, blocks)
  }
  const margin = hypothesis.test === 'slow' ? policy.harmSlowRatio : policy.harmFailureRatio
  // slowness is no matter of trying again
  const bad =
    hypothesis.kind === 'latency'
      ? badOf(units, hypothesis)
      : onceEach(badOf(units, hypothesis), rows, users)
  // each operation is compared with itself: more traffic to one that fails more often is not harm (judge.md §6.10)
  const strata = countCells(units, rows, bad, blockOf, blocks, ofOne === null ? maxStrata : 1)
  const make = (): EProcess => harmRateRatio({ margin })
  return { ...kept.ofCells(`harm ${hypothesis.id} ${margin}`, make, strata, blocks), strata }
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

/** Of the units, those on which a claim is judged: its cohort, in the half that its origin allows. */
function rowsOf(
  table: UnitTable,
  { units, rows }: PlacedUnits,
  { cohort, origin, kind }: Hypothesis,
): Uint8Array {
  const operation = operationOf(cohort)
  const rest: Cohort = cohort.filter(
    (one) => !(one.attribute === 'operation' && one.op === '=' && one.value === operation),
  )
  const mask =
    rest.length === 0
      ? new Uint8Array(units.rows).fill(1)
      : cohortMask(rows === null ? table : takenColumns(table, rows, rest), rest)
  if (origin === 'discovered') {
    for (let row = 0; row < mask.length; row++) if (units.discovery[row] === 1) mask[row] = 0
  }
  if (kind === 'latency') leaveOutWarmUp(units, mask)
  return mask
}

/** Some of the rows, with the columns that a cohort names. */
function takenColumns(table: UnitTable, rows: Uint32Array, cohort: Cohort): CohortTable {
  const attributes = table.attributes
    .filter(({ name }) => cohort.some(({ attribute }) => attribute === name))
    .map((column): AttributeColumn => {
      if (column.kind === 'number') {
        const values = new Float64Array(rows.length)
        for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!
        return { ...column, values }
      }
      const codes = new Uint32Array(rows.length)
      for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!
      return { ...column, codes }
    })
  return { rows: rows.length, candidate: new Uint8Array(rows.length), attributes }
}

/** Takes the units of instances that were not warm yet out of a mask. */
export function leaveOutWarmUp(
  { warmUp }: Pick<UnitTable, 'warmUp'>,
  mask: Uint8Array,
): Uint8Array {
  if (warmUp !== undefined)
    for (let row = 0; row < mask.length; row++) if (warmUp.rows[row] === 1) mask[row] = 0
  return mask
}

/** Which rows are bad in the sense of a claim; `buckets` has no such notion of its own and uses its bounds. */
export function badOf(table: ClaimUnits, hypothesis: Hypothesis): Uint8Array {
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
  const [counts] = countCells(table, mask, bad, blockOf, blocks, 1)
  return counts === undefined ? Array.from({ length: blocks }, emptyBlock) : blocksOf(counts)
}

/** Operations beyond this many share one list. */
const maxStrata = 64

/**
 * The same for each operation by itself, as `BlockCells`; operations without rows are left out.
 * @param strata 1: all operations together
 */
export function countCells(
  { rows, candidate, operation }: CountedUnits,
  mask: Uint8Array,
  bad: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
  strata = maxStrata,
): Uint32Array[] {
  const counts: (Uint32Array | undefined)[] = Array.from({ length: strata })
  for (let row = 0; row < rows; row++) {
    const isBad = bad[row]!
    if (mask[row] === 0 || isBad === notCounted) continue
    const stratum = strata === 1 ? 0 : Math.min(operation[row]!, strata - 1)
    const own = (counts[stratum] ??= new Uint32Array(4 * blocks))
    const block = blockOf[row]!
    if (block < 0) continue
    const cell = 4 * block + 2 * candidate[row]!
    own[cell]! += 1
    own[cell + 1]! += isBad
  }
  return counts.filter((own) => own !== undefined)
}

/** Duration histograms of both sides in each block, over the masked rows. */
export function histogramCells(
  table: ClaimUnits,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
): HistogramCells {
  const buckets = durationBounds.length + 1
  const counts = new Float64Array(2 * blocks * buckets)
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] !== 1 || blockOf[row]! < 0) continue
    const list = 2 * blockOf[row]! + table.candidate[row]!
    counts[list * buckets + durationBucket(table.duration[row]!)]! += 1
  }
  return { counts, buckets }
}
