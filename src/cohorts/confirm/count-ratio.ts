import { studentUpperQuantile } from '../../stats/student-t.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { sumOf } from './bucket-tables.ts'
import { clusteredVariance, sideResiduals, type ScaledResiduals } from './clustered-variance.ts'

/**
 * Events of the candidate over events of the baseline, with the cluster-robust 95 % interval (log scale, t). One half is
 * added to both where a side has none.
 *
 * @param printed the counts that the ratio is of, where they are not the sums of the buckets
 */
export function countRatio(
  counts: BucketCounts,
  printed?: { baseline: number; candidate: number },
): { value: number; low: number; high: number } {
  const inBuckets = {
    baseline: sumOf(counts.baselineTotal),
    candidate: sumOf(counts.candidateTotal),
  }
  const { baseline, candidate } = printed ?? inBuckets
  const add = baseline > 0 && candidate > 0 ? 0 : 0.5
  const value = (candidate + add) / (baseline + add)
  const independent = 1 / (candidate + add) + 1 / (baseline + add)
  const { effect, freedom } = countEffect(counts, inBuckets)
  const error = studentUpperQuantile(0.025, freedom) * Math.sqrt(independent * effect)
  return { value, low: value * Math.exp(-error), high: value * Math.exp(error) }
}

/** Variance of the log ratio of counts over that of independent events, at least 1. */
function countEffect(
  counts: BucketCounts,
  sums: { baseline: number; candidate: number },
): { effect: number; freedom: number } {
  const alike = new Float64Array(counts.candidateTotal.length).fill(1)
  const parts: ScaledResiduals[] = []
  let independent = 0
  for (const [amounts, sum, sign] of [
    [counts.candidateTotal, sums.candidate, 1],
    [counts.baselineTotal, sums.baseline, -1],
  ] as const) {
    if (sum === 0) continue
    parts.push({ residuals: sideResiduals(amounts, alike), scale: sign / sum })
    independent += 1 / sum
  }
  if (parts.length === 0) return { effect: 1, freedom: 1 }
  const { variance, freedom } = clusteredVariance(parts)
  return { effect: Math.max(1, variance / independent), freedom }
}
