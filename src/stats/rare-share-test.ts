import { logSumExp } from './log-sum-exp.ts'

/** Alternatives, as fractions of the share under test. */
const fractions = [0.05, 0.2, 0.5] as const

/**
 * Log e-value against "the probability is at least `share`" after `hits` of `total` independent units: the mean over
 * smaller probabilities q of the likelihood ratio of q to `share`. Its factors have expectation at most 1 for every
 * probability of at least `share`, so over growing sums it is an e-process.
 */
export function rareShareTest(hits: number, total: number, share: number): number {
  const logs = fractions.map((fraction) => {
    const q = fraction * share
    return hits * Math.log(fraction) + (total - hits) * (Math.log1p(-q) - Math.log1p(-share))
  })
  return logSumExp(logs) - Math.log(logs.length)
}
