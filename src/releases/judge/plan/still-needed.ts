import {
  failuresToProceed,
  requestsToProceedOddsRatio,
  requestsToProceedRateDifference,
} from '../../../stats/evidence-needed.ts'
import type { Policy } from '../policy.ts'
import type { SafetyClaim } from '../safety-claims.ts'

/** What is still needed until a claim is proven, if nothing is wrong. */
export interface StillNeeded {
  /** Requests of both sides together, at the present split. */
  requests: number
  /** Failures of both sides together, with which it is proven by their ratio, whatever the number of requests. */
  failures?: number
}

/** The share that is assumed where neither traffic nor the release says one. */
const usualShare = 0.5
const smallestRate = 1e-4

/**
 * How many more requests, or failures, a claim takes, if nothing changed (judge.md §6.5). An estimate: half of all
 * releases need less, one in five twice as much.
 * @param declaredShare of the candidate, where it has no traffic yet
 */
export function stillNeeded(
  claim: SafetyClaim,
  policy: Policy,
  declaredShare: number | null,
): StillNeeded {
  const { units, progress, kind, operation } = claim
  const total = units.candidate + units.baseline
  const seen = total === 0 ? (declaredShare ?? usualShare) : units.candidate / total
  const candidateShare = Math.min(0.999, Math.max(0.001, seen))
  if (kind === 'latency') {
    const alpha = policy.alphaSafe
    const goal = { candidateShare, alpha, logE: progress * Math.log(1 / alpha) }
    const margin = policy.safeLatencyOdds
    const of = (rate: number): number => requestsToProceedOddsRatio({ ...goal, margin, rate })
    return { requests: Math.max(of(0.5), of(0.1)) }
  }
  // the mean of two e-processes: either of them has to reach twice the bound
  const alpha = policy.alphaSafe / 2
  const goal = { candidateShare, alpha, logE: progress * Math.log(1 / policy.alphaSafe) }
  const rate = Math.min(0.5, Math.max(smallestRate, (units.bad + 0.5) / (total + 500)))
  const [margin, delta] =
    operation === null
      ? [policy.safeFailureRatio, policy.safeFailureDifference]
      : [policy.safeOperationRatio, policy.safeOperationDifference]
  const failures = failuresToProceed({ ...goal, margin })
  const byDifference = requestsToProceedRateDifference({ ...goal, delta, rate })
  return { requests: Math.min(byDifference, Math.ceil(failures / rate)), failures }
}
