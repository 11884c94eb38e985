import { compareValues } from '../compare-values.ts'
import { benjaminiYekutieli } from '../../stats/benjamini-yekutieli.ts'
import { studentTail } from '../../stats/student-t.ts'
import type { Cohort } from '../cohort.ts'
import type { CohortCounts, SideCounts } from '../compare/cohort-source.ts'
import type { MixShift } from '../compare/comparison.ts'
import { beyondRest } from './beyond-rest.ts'
import { restOf, sharesOfTraffic } from './bucket-tables.ts'

/** One value of an attribute whose mix shifted, counted with `CohortSource.count` and a balance of `factors: []`. */
export interface ShiftedValue {
  /** Of kind `share`. */
  measure: string
  /** One condition. */
  cohort: Cohort
  text: string
  counts: CohortCounts
}

/** Of the baseline's overall rate, or of the change of the overall rate: an effect that people should know of. */
const noticeableOfRate = 0.05
const noticeableOfChange = 0.1
/** ... of the rate at least, however small the change. */
const leastOfRate = 0.01

/**
 * Values whose share of the traffic moved and that thereby move the overall rate noticeably, largest effect first. The
 * effect is the composition part of the rate's change (Kitagawa 1955), for the value against all others:
 * (share now - share before) * (baseline's rate inside - outside).
 *
 * Both factors are tested, on the buckets of the confirmation half: that the share moved, and that the baseline's rates
 * differ; false discovery rate 0.05 over all values (the larger p of the two, Benjamini-Yekutieli).
 *
 * @param everything per measure: counts of `[]`, without balance
 * @throws RangeError for a measure that `everything` does not have
 */
export function findMixShift(
  everything: ReadonlyMap<string, CohortCounts>,
  values: readonly ShiftedValue[],
  q = 0.05,
): MixShift[] {
  const shifts = values.map((value) => {
    const all = everything.get(value.measure)
    if (all === undefined) throw new RangeError(`No counts of everything for ${value.measure}.`)
    return { shift: shiftOf(value, all), p: shiftP(value.counts, all), all }
  })
  const qValues = benjaminiYekutieli(shifts.map(({ p }) => p))
  return shifts
    .filter(
      ({ shift, all }, index) => qValues[index]! <= q && isNoticeable(shift.effectOnRate, all),
    )
    .map(({ shift }) => shift)
    .toSorted(
      (a, b) =>
        Math.abs(b.effectOnRate) - Math.abs(a.effectOnRate) ||
        compareValues(a.measure, b.measure) ||
        compareValues(a.text, b.text),
    )
}

function shiftOf({ measure, cohort, text, counts }: ShiftedValue, all: CohortCounts): MixShift {
  const baselineShare = ratio(counts.baseline.total, all.baseline.total)
  const candidateShare = ratio(counts.candidate.total, all.candidate.total)
  const baselineRate = rateOf(counts.baseline)
  const restRate = ratio(
    all.baseline.bad - counts.baseline.bad,
    all.baseline.total - counts.baseline.total,
  )
  const effectOnRate = (candidateShare - baselineShare) * (baselineRate - restRate)
  return {
    measure,
    cohort,
    text,
    baselineShare,
    candidateShare,
    baselineRate,
    restRate,
    effectOnRate,
  }
}

function isNoticeable(effect: number, { baseline, candidate }: CohortCounts): boolean {
  const change = Math.abs(rateOf(candidate) - rateOf(baseline))
  const size = Math.abs(effect)
  const rate = rateOf(baseline)
  return size >= noticeableOfRate * rate
    ? size > 0
    : size >= noticeableOfChange * change && size >= leastOfRate * rate
}

/** Of "the share did not move, or the baseline's rate is the same inside and outside". */
function shiftP(
  { confirmation: inside }: CohortCounts,
  { confirmation: all }: CohortCounts,
): number {
  const outside = restOf(all, inside)
  const share = beyondRest(sharesOfTraffic(all, inside), null, 1)
  // inside against outside, both of the baseline: units may be on both "sides" here
  const rates = beyondRest(
    {
      candidateBad: inside.baselineBad,
      candidateTotal: inside.baselineTotal,
      baselineBad: outside.baselineBad,
      baselineTotal: outside.baselineTotal,
    },
    null,
    1,
  )
  return Math.max(twoSided(share.own, share.ownFreedom), twoSided(rates.own, rates.ownFreedom))
}

function twoSided(deviate: number, freedom: number): number {
  return Math.min(1, 2 * studentTail(Math.abs(deviate), freedom))
}

function rateOf({ bad, total }: SideCounts): number {
  return ratio(bad, total)
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}
