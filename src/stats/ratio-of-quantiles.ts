import { checkProbability } from './check-probability.ts'
import {
  acceptedRanks,
  orderStatistic,
  quantileEvidence,
  sampleQuantile,
} from './quantile-interval.ts'

/** How one quantile of nonnegative values (durations) differs between two sides. */
export interface QuantileRatio {
  /** Sample quantiles, in the unit of the values; null without values. */
  baseline: number | null
  candidate: number | null
  /** candidate / baseline; null where one is missing or the baseline is 0. */
  ratio: number | null
  /** Anytime-valid interval of the ratio; null is an open end. */
  low: number | null
  high: number | null
}

/**
 * The ratio of the p-quantiles, with an interval that holds at every moment of looking at once. The product of both
 * sides' e-processes (see `quantile-interval.ts`) is one e-process for a pair of quantiles, so with probability 1 - alpha
 * the true pair always has a summed log e-value below log(1/alpha); the interval is the range of ratios of such pairs.
 * Narrower than combining two intervals at alpha/2 (compare `quantile_ab_p_value` of gostevehoward/confseq).
 *
 * @param sortedBaseline values in ascending order, nonnegative
 * @param sortedCandidate the same
 */
export function ratioOfQuantiles(
  sortedBaseline: ArrayLike<number>,
  sortedCandidate: ArrayLike<number>,
  p: number,
  alpha: number,
): QuantileRatio {
  checkProbability('A quantile', p)
  checkProbability('alpha', alpha)
  const baseline = sampleQuantile(sortedBaseline, p)
  const candidate = sampleQuantile(sortedCandidate, p)
  if (baseline === null || candidate === null) {
    return { baseline, candidate, ratio: null, low: null, high: null }
  }
  return {
    baseline,
    candidate,
    ratio: quotient(candidate, baseline),
    ...rangeOfRatios(sortedBaseline, sortedCandidate, p, Math.log(1 / alpha)),
  }
}

/** Least and greatest ratio over all pairs of ranks whose summed evidence is below the limit. */
function rangeOfRatios(
  baseline: ArrayLike<number>,
  candidate: ArrayLike<number>,
  p: number,
  limit: number,
): { low: number | null; high: number | null } {
  const baselineEvidence = quantileEvidence(p, baseline.length)
  const candidateEvidence = quantileEvidence(p, candidate.length)
  const best = leastEvidence(candidateEvidence, p, candidate.length)
  const baselineRanks = acceptedRanks(baselineEvidence, p, baseline.length, limit - best)
  let low: number | null = Infinity
  let high: number | null = 0
  if (baselineRanks === null) return { low: null, high: null }
  for (let k = baselineRanks.low; k <= baselineRanks.high; k++) {
    const rest = limit - baselineEvidence(k)
    const ranks = acceptedRanks(candidateEvidence, p, candidate.length, rest)
    if (ranks === null) continue
    // with k values at most as large, the quantile lies between the values of rank k and k + 1
    const lowest = quotient(orderStatistic(candidate, ranks.low), orderStatistic(baseline, k + 1))
    const highest = quotient(orderStatistic(candidate, ranks.high + 1), orderStatistic(baseline, k))
    low = lowest === null || low === null ? null : Math.min(low, lowest)
    high = highest === null || high === null ? null : Math.max(high, highest)
  }
  return { low, high }
}

function leastEvidence(evidence: (k: number) => number, p: number, count: number): number {
  const centre = Math.round(p * count)
  return Math.min(
    ...[-1, 0, 1].map((step) => evidence(Math.min(count, Math.max(0, centre + step)))),
  )
}

function quotient(candidate: number | null, baseline: number | null): number | null {
  return candidate === null || baseline === null || baseline === 0 ? null : candidate / baseline
}
