import {
  logLikelihoodRatio,
  projectOntoDifference,
  projectOntoOddsRatio,
  type RatePair,
} from './bernoulli-projection.ts'
import { checkProbability } from './check-probability.ts'

/**
 * How much more must be seen before a safety claim can be made, if nothing changed: the distance of the log e-value to
 * log(1/alpha), divided by its drift. Close to the median of simulation (within a third: the grid of alternatives costs
 * some evidence, and half of all paths run ahead of their mean); the 80th percentile is about twice as much.
 */
export interface SafetyGoal {
  /** Share of the requests that the candidate gets, strictly between 0 and 1. */
  candidateShare: number
  alpha: number
  /** Current log e-value of the safety test; default 0, nothing seen yet. */
  logE?: number
}

/** Failures of both sides together until `safetyRateRatio({ margin })` reaches 1/alpha. */
export function failuresToProceed(goal: SafetyGoal & { margin: number }): number {
  checkProbability('The share of the candidate', goal.candidateShare)
  if (!(goal.margin > 1)) {
    throw new RangeError(`A safety margin must be above 1, not ${goal.margin}.`)
  }
  const share = goal.candidateShare
  const atMargin = (share * goal.margin) / (1 - share + share * goal.margin)
  // the drift is the Kullback-Leibler divergence of the two shares of failures
  return remaining(goal, logLikelihoodRatio(share, 1, share, atMargin))
}

/** Requests of both sides together until `safetyOddsRatio({ margin })` reaches 1/alpha, at a failure rate. */
export function requestsToProceedOddsRatio(
  goal: SafetyGoal & { margin: number; rate: number },
): number {
  if (!(goal.margin > 1)) {
    throw new RangeError(`A safety margin must be above 1, not ${goal.margin}.`)
  }
  return requests(goal, (rates, baseline, candidate) =>
    projectOntoOddsRatio(rates, baseline, candidate, goal.margin),
  )
}

/** Requests of both sides together until `safetyRateDifference({ delta })` reaches 1/alpha, at a failure rate. */
export function requestsToProceedRateDifference(
  goal: SafetyGoal & { delta: number; rate: number },
): number {
  checkProbability('delta', goal.delta)
  return requests(goal, (rates, baseline, candidate) =>
    projectOntoDifference(rates, baseline, candidate, goal.delta),
  )
}

function requests(
  goal: SafetyGoal & { rate: number },
  project: (rates: RatePair, baselineTotal: number, candidateTotal: number) => RatePair,
): number {
  checkProbability('The share of the candidate', goal.candidateShare)
  checkProbability('A failure rate', goal.rate)
  const { candidateShare: share, rate } = goal
  const nearest = project({ baseline: rate, candidate: rate }, 1 - share, share)
  const drift =
    share * logLikelihoodRatio(rate, 1, rate, nearest.candidate) +
    (1 - share) * logLikelihoodRatio(rate, 1, rate, nearest.baseline)
  return remaining(goal, drift)
}

function remaining(goal: SafetyGoal, drift: number): number {
  checkProbability('alpha', goal.alpha)
  return Math.max(0, Math.ceil((Math.log(1 / goal.alpha) - (goal.logE ?? 0)) / drift))
}
