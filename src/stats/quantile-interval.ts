import { checkProbability } from './check-probability.ts'
import { logBeta } from './special-functions.ts'

/**
 * Anytime-valid interval of one quantile. If x is the p-quantile, "at most x" is Bernoulli(p), and
 * e(k, t) = B(a+k, b+t-k) / (B(a, b) p^k (1-p)^(t-k)) is an e-process for k of t values at most x (beta-binomial
 * mixture; Howard & Ramdas, arXiv 1906.09712, section 4). The interval is all order statistics with e < 1/alpha. It holds at
 * every moment of looking at once, for any distribution, with ties too.
 */
export interface QuantileInterval {
  /** The sample quantile; null without values. */
  estimate: number | null
  /** null is an open end: too few values for that side. */
  low: number | null
  high: number | null
}

/**
 * How concentrated the mixture is around p: narrowest near some hundred to a thousand values, and never much wider.
 * Any number is valid.
 */
const concentration = 30

/**
 * @param sorted values in ascending order
 * @param p which quantile, strictly between 0 and 1
 * @throws RangeError for a p or alpha outside (0, 1)
 */
export function quantileInterval(
  sorted: ArrayLike<number>,
  p: number,
  alpha: number,
): QuantileInterval {
  checkProbability('A quantile', p)
  checkProbability('alpha', alpha)
  const evidence = quantileEvidence(p, sorted.length)
  const ranks = acceptedRanks(evidence, p, sorted.length, Math.log(1 / alpha))
  if (ranks === null) return { estimate: null, low: null, high: null }
  return {
    estimate: sampleQuantile(sorted, p),
    low: orderStatistic(sorted, ranks.low),
    high: orderStatistic(sorted, ranks.high + 1),
  }
}

/** The value of rank ceil(p n), the inverse of the empirical distribution function; null without values. */
export function sampleQuantile(sorted: ArrayLike<number>, p: number): number | null {
  return orderStatistic(sorted, Math.max(1, Math.ceil(p * sorted.length)))
}

/** The value of a rank that starts at 1; null where there is none. */
export function orderStatistic(sorted: ArrayLike<number>, rank: number): number | null {
  return sorted[rank - 1] ?? null
}

/** log e(k, count) against "the p-quantile has k values at most as large"; convex in k. */
export function quantileEvidence(p: number, count: number): (k: number) => number {
  const a = concentration * p
  const b = concentration * (1 - p)
  const start = logBeta(a, b)
  return (k) => {
    const above = count - k
    return logBeta(a + k, b + above) - start - k * Math.log(p) - above * Math.log1p(-p)
  }
}

/** The lowest and highest k whose log e-value is below the limit; null where none is. */
export function acceptedRanks(
  evidence: (k: number) => number,
  p: number,
  count: number,
  limit: number,
): { low: number; high: number } | null {
  let centre = Math.round(p * count)
  // the least of a convex function lies within a few ranks of its mean
  while (centre > 0 && evidence(centre - 1) < evidence(centre)) centre--
  while (centre < count && evidence(centre + 1) < evidence(centre)) centre++
  if (count === 0 || evidence(centre) >= limit) return null
  return {
    low: edge((k) => evidence(k) < limit, centre, 0),
    high: edge((k) => evidence(k) < limit, centre, count),
  }
}

/** The accepted rank farthest from `accepted` towards `end`. */
function edge(isAccepted: (k: number) => boolean, accepted: number, end: number): number {
  if (isAccepted(end)) return end
  let inside = accepted
  let outside = end
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if (isAccepted(middle)) inside = middle
    else outside = middle
  }
  return inside
}
