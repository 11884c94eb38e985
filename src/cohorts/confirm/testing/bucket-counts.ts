import { bucketCount, type BucketCounts, type CohortCounts } from '../../compare/cohort-source.ts'
import type { Suggestion } from '../confirm-cohorts.ts'

/** Counts as [bad, total] of both sides, spread evenly over the buckets (whole numbers, from a bucket on). */
export function spreadCounts(
  baseline: [bad: number, total: number],
  candidate: [bad: number, total: number],
  from = 0,
): BucketCounts {
  const spread = (count: number): Float64Array =>
    Float64Array.from({ length: bucketCount }, (_, index) => {
      const bucket = (index - from + bucketCount) % bucketCount
      return (
        Math.floor((count * (bucket + 1)) / bucketCount) -
        Math.floor((count * bucket) / bucketCount)
      )
    })
  return {
    baselineBad: spread(baseline[0]),
    baselineTotal: spread(baseline[1]),
    candidateBad: spread(candidate[0]),
    candidateTotal: spread(candidate[1]),
  }
}

export function addCounts(a: BucketCounts, b: BucketCounts): BucketCounts {
  const plus = (x: Float64Array, y: Float64Array): Float64Array =>
    x.map((value, bucket) => value + y[bucket]!)
  return {
    baselineBad: plus(a.baselineBad, b.baselineBad),
    baselineTotal: plus(a.baselineTotal, b.baselineTotal),
    candidateBad: plus(a.candidateBad, b.candidateBad),
    candidateTotal: plus(a.candidateTotal, b.candidateTotal),
  }
}

/** Both halves alike. */
export function cohortCounts(confirmation: BucketCounts): CohortCounts {
  const sum = (of: Float64Array): number => of.reduce((a, b) => a + b, 0)
  const half = {
    baseline: { bad: sum(confirmation.baselineBad), total: sum(confirmation.baselineTotal) },
    candidate: { bad: sum(confirmation.candidateBad), total: sum(confirmation.candidateTotal) },
  }
  const twice = ({
    bad,
    total,
  }: {
    bad: number
    total: number
  }): { bad: number; total: number } => ({
    bad: 2 * bad,
    total: 2 * total,
  })
  return {
    baseline: twice(half.baseline),
    candidate: twice(half.candidate),
    discovery: half,
    confirmation,
    units: { baseline: half.baseline.bad, candidate: half.candidate.bad },
  }
}

export function suggestionOf(counts: BucketCounts, kind: Suggestion['kind'] = 'share'): Suggestion {
  return { kind, measure: 'm', counts, units: { baseline: 100, candidate: 100 } }
}
