import { type ComparisonBlock, checkBlock } from './e-process.ts'
import { rateRatioDeviate } from './rate-ratio-deviance.ts'
import { logBeta } from './special-functions.ts'

/**
 * log of an e-value against "the candidate's failure rate is at most `margin` times the baseline's", from the totals of
 * both sides, which need not have been seen at the same time: each rate is taken to be the same throughout.
 *
 * Universal inference (Wasserman, Ramdas & Balakrishnan 2020, section 8, the sequential form): the likelihood of all
 * requests so far under Jeffreys' mixture Beta(1/2, 1/2) of each side's rate, over the greatest likelihood that the null
 * hypothesis allows. Whatever the true rates, that is at most the likelihood ratio of the mixture against them, so under
 * the null it ever exceeds 1/alpha with probability at most alpha, however often it is looked at and in whatever order
 * the two sides come.
 *
 * @param total counts of independent requests; bad at most total
 * @param margin positive
 * @returns natural logarithm; 0 where a side is empty
 * @throws RangeError for impossible counts
 */
export function pooledRateRatio(total: ComparisonBlock, margin: number): number {
  checkBlock(total)
  const { candidateTotal, candidateBad, baselineTotal, baselineBad } = total
  if (candidateTotal === 0 || baselineTotal === 0) return 0
  const deviate = rateRatioDeviate(total, Math.log(margin))
  // within the null hypothesis its greatest likelihood is that of the observed rates
  const farther = deviate > 0 ? deviate ** 2 / 2 : 0
  return (
    farther + mixtureLoss(candidateBad, candidateTotal) + mixtureLoss(baselineBad, baselineTotal)
  )
}

/** log of the likelihood under the mixture over that under the observed rate: what not knowing the rate costs. */
function mixtureLoss(bad: number, total: number): number {
  const good = total - bad
  const best =
    (bad > 0 ? bad * Math.log(bad / total) : 0) + (good > 0 ? good * Math.log(good / total) : 0)
  return logBeta(bad + 0.5, good + 0.5) - logBeta(0.5, 0.5) - best
}
