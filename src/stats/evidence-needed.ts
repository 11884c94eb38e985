import {
  logLikelihoodRatio,
  multiplyOdds,
  projectOntoDifference,
  projectOntoOddsRatio,
  type RatePair,
} from './bernoulli-projection.ts'
import { checkProbability } from './check-probability.ts'

/**
 * How much more must be seen before a claim is proven, if the two sides differ by `ratio` (by default, not at all): the
 * distance of the log e-value to log(1/alpha), divided by its drift. Infinite where that is no case of the claim. Close to
 * the median of simulation (within a third: the grid of alternatives costs some evidence, and half of all paths run ahead
 * of their mean); the 80th percentile is about twice as much.
 */
export interface EvidenceGoal {
  /** Share of the requests that the candidate gets, strictly between 0 and 1. */
  candidateShare: number
  alpha: number
  /** Current log e-value of the test; default 0, nothing seen yet. */
  logE?: number
  /** What is true: the candidate's rate (of `…OddsRatio` its odds) over the baseline's; default 1. */
  ratio?: number
}

/** Failures of both sides together until `safetyRateRatio({ margin })` reaches 1/alpha. */
export function failuresToProceed(goal: EvidenceGoal & { margin: number }): number {
  checkSafetyMargin(goal.margin)
  return (goal.ratio ?? 1) < goal.margin ? failures(goal) : Infinity
}

/** Failures of both sides together until `harmRateRatio({ margin })` reaches 1/alpha. */
export function failuresToFinding(goal: EvidenceGoal & { margin: number; ratio: number }): number {
  return goal.ratio > goal.margin ? failures(goal) : Infinity
}

/** Requests of both sides together until `safetyOddsRatio({ margin })` reaches 1/alpha, at the baseline's rate. */
export function requestsToProceedOddsRatio(
  goal: EvidenceGoal & { margin: number; rate: number },
): number {
  checkSafetyMargin(goal.margin)
  return (goal.ratio ?? 1) < goal.margin ? requestsOddsRatio(goal) : Infinity
}

/** Requests of both sides together until `harmOddsRatio({ margin })` reaches 1/alpha, at the baseline's rate. */
export function requestsToFindingOddsRatio(
  goal: EvidenceGoal & { margin: number; rate: number; ratio: number },
): number {
  return goal.ratio > goal.margin ? requestsOddsRatio(goal) : Infinity
}

/** Requests of both sides together until `safetyRateDifference({ delta })` reaches 1/alpha, at the baseline's rate. */
export function requestsToProceedRateDifference(
  goal: EvidenceGoal & { delta: number; rate: number },
): number {
  checkProbability('delta', goal.delta)
  const { rate, ratio = 1 } = goal
  const candidate = Math.min(highestRate, ratio * rate)
  if (candidate - rate >= goal.delta) return Infinity
  return requests(goal, { baseline: rate, candidate }, (rates, baselineTotal, candidateTotal) =>
    projectOntoDifference(rates, baselineTotal, candidateTotal, goal.delta),
  )
}

const highestRate = 1 - 1e-9

function checkSafetyMargin(margin: number): void {
  if (!(margin > 1)) throw new RangeError(`A safety margin must be above 1, not ${margin}.`)
}

function failures(goal: EvidenceGoal & { margin: number }): number {
  const { candidateShare: share, ratio = 1, margin } = goal
  checkProbability('The share of the candidate', share)
  const atRatio = (share * ratio) / (1 - share + share * ratio)
  const atMargin = (share * margin) / (1 - share + share * margin)
  // the drift is the Kullback-Leibler divergence of the two shares of failures
  return remaining(goal, logLikelihoodRatio(atRatio, 1, atRatio, atMargin))
}

function requestsOddsRatio(goal: EvidenceGoal & { margin: number; rate: number }): number {
  const { rate, ratio = 1 } = goal
  const rates = { baseline: rate, candidate: multiplyOdds(rate, ratio) }
  return requests(goal, rates, (from, baselineTotal, candidateTotal) =>
    projectOntoOddsRatio(from, baselineTotal, candidateTotal, goal.margin),
  )
}

function requests(
  goal: EvidenceGoal,
  rates: RatePair,
  project: (rates: RatePair, baselineTotal: number, candidateTotal: number) => RatePair,
): number {
  const { candidateShare: share } = goal
  const { baseline, candidate } = rates
  checkProbability('The share of the candidate', share)
  checkProbability('A failure rate', baseline)
  const nearest = project(rates, 1 - share, share)
  const drift =
    share * logLikelihoodRatio(candidate, 1, candidate, nearest.candidate) +
    (1 - share) * logLikelihoodRatio(baseline, 1, baseline, nearest.baseline)
  return remaining(goal, drift)
}

function remaining(goal: EvidenceGoal, drift: number): number {
  checkProbability('alpha', goal.alpha)
  return Math.max(0, Math.ceil((Math.log(1 / goal.alpha) - (goal.logE ?? 0)) / drift))
}
