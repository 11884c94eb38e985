import { logSumExp } from './log-sum-exp.ts'

/**
 * The logarithm of the weighted arithmetic mean of e-values given as logarithms. An e-value again, under any dependence
 * (Vovk & Wang, arXiv 1912.06116, Prop. 3.1), if the weights were fixed before looking. Weights that sum to less than 1
 * leave the rest on the e-value 1; weights that sum to more are scaled to 1.
 *
 * @throws RangeError when the lengths differ or a weight is negative or not finite
 */
export function weightedLogMean(logE: readonly number[], weights: readonly number[]): number {
  if (logE.length !== weights.length) {
    throw new RangeError(`There are ${logE.length} e-values and ${weights.length} weights.`)
  }
  let sum = 0
  for (const weight of weights) {
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`A weight must be a number of at least 0, not ${weight}.`)
    }
    sum += weight
  }
  const scale = Math.max(1, sum)
  const terms = logE.map((value, i) =>
    weights[i] === 0 ? -Infinity : value + Math.log(weights[i]! / scale),
  )
  // the last digits of a sum that is meant to be 1 are no stake
  if (1 - sum > 1e-12) terms.push(Math.log(1 - sum))
  return logSumExp(terms)
}
