import { checkProbability } from './check-probability.ts'

/**
 * Weighted e-BH: which of many hypotheses to report so that the expected share of false ones among the reported is at
 * most alpha, under any dependence (Wang & Ramdas, arXiv 2009.02824, Theorem 5.1; weights as in section 5.2 there).
 * With weights w that sum to at most 1, the k strongest are reported for the largest k with k w e >= 1/alpha at the
 * k-th of them.
 *
 * Give it *current* log e-values at the moment of the report, not running maxima: for these the guarantee does not hold.
 *
 * @param logE current log e-values
 * @param weights fixed before looking, summing to at most 1; default 1/K each
 * @returns indices of the selected hypotheses, strongest first
 */
export function eBenjaminiHochberg(
  logE: readonly number[],
  alpha: number,
  weights?: readonly number[],
): number[] {
  checkProbability('alpha', alpha)
  checkWeights(logE.length, weights)
  const logWeighted = logE.map((value, i) => value + logWeight(i, logE.length, weights))
  const order = logWeighted.map((_, i) => i).toSorted((a, b) => logWeighted[b]! - logWeighted[a]!)
  let selected = 0
  for (let k = 1; k <= order.length; k++) {
    if (Math.log(k) + logWeighted[order[k - 1]!]! >= -Math.log(alpha)) selected = k
  }
  return order.slice(0, selected)
}

function logWeight(i: number, count: number, weights: readonly number[] | undefined): number {
  return weights === undefined ? -Math.log(count) : Math.log(weights[i] ?? 0)
}

function checkWeights(count: number, weights: readonly number[] | undefined): void {
  if (weights === undefined) return
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const usable = weights.every((weight) => weight >= 0) && sum <= 1 + 1e-9
  if (weights.length !== count || !usable) {
    throw new RangeError('e-BH needs one weight for each hypothesis, together at most 1.')
  }
}
