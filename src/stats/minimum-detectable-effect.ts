import { checkProbability } from './check-probability.ts'
import { harmGrid } from './rate-ratio-test.ts'
import { normalQuantile } from './special-functions.ts'

/** What a comparison could have seen, and so what it cannot speak about. */
export interface DetectionPlan {
  /** Requests of both sides together. */
  requests: number
  /** Failure rate of the baseline, 0 to 1. */
  baselineRate: number
  /** Share of the requests that the candidate gets, 0 to 1. */
  candidateShare: number
  /** Level of the alarm. */
  alpha: number
  /** Probability of the alarm that counts as "would have been seen". Default 0.8. */
  power?: number
}

const largestRatio = 1000

/**
 * The smallest ratio of failure rates that `harmRateRatio` (margin 1) would have flagged with probability `power`:
 * with M expected failures, drift mu and variance s^2 of the log e-value for each failure, it solves
 * M mu - z sqrt(M (s^2 + mu^2)) = log(1/alpha) + log(nodes of the grid). A normal approximation of the log e-value of the
 * right node: within some 25 % of simulation from 2 000 to 200 000 requests.
 *
 * @returns null where not even a ratio of 1000, or failure of every request, would have been seen
 */
export function minimumDetectableRatio(plan: DetectionPlan): number | null {
  const { requests, baselineRate, candidateShare, alpha, power = 0.8 } = plan
  checkProbability('alpha', alpha)
  checkProbability('power', power)
  if (!(requests >= 0 && baselineRate >= 0 && candidateShare >= 0 && candidateShare <= 1)) {
    throw new RangeError('Requests, baseline rate and candidate share must not be negative.')
  }
  if (requests === 0 || baselineRate === 0 || candidateShare === 0 || candidateShare === 1) {
    return null
  }
  const needed = Math.log(1 / alpha) + Math.log(harmGrid.length)
  const z = normalQuantile(power)
  const detects = (ratio: number): boolean => {
    const failures = requests * baselineRate * (1 - candidateShare + candidateShare * ratio)
    const { drift, variance } = logRatioMoments(candidateShare, ratio)
    return failures * drift - z * Math.sqrt(failures * (variance + drift * drift)) >= needed
  }
  let high = Math.min(largestRatio, 1 / baselineRate)
  if (high <= 1 || !detects(high)) return null
  let low = 1
  while (high / low > 1.0001) {
    const middle = Math.sqrt(low * high)
    if (detects(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * The largest failure probability that `n` requests without one failure leave possible, at level `alpha`:
 * 1 - alpha^(1/n), about log(1/alpha)/n (3/n at 5 %). It may be looked at after every request: with a probability above
 * the bound, no failure until the first n at which that is so has probability at most alpha.
 */
export function zeroFailuresUpperBound(n: number, alpha: number): number {
  checkProbability('alpha', alpha)
  if (!(n >= 0)) throw new RangeError(`The number of requests must be 0 or more, not ${n}.`)
  return n === 0 ? 1 : -Math.expm1(Math.log(alpha) / n)
}

/** Mean and variance, for one failure, of log(theta(r)/rho) or log((1-theta(r))/(1-rho)) when the ratio is r. */
function logRatioMoments(share: number, ratio: number): { drift: number; variance: number } {
  const theta = (share * ratio) / (1 - share + share * ratio)
  const ifCandidate = Math.log(theta / share)
  const ifBaseline = Math.log((1 - theta) / (1 - share))
  return {
    drift: theta * ifCandidate + (1 - theta) * ifBaseline,
    variance: theta * (1 - theta) * (ifCandidate - ifBaseline) ** 2,
  }
}
