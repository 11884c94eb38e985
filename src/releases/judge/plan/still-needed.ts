import {
  failuresToProceed,
  requestsToProceedOddsRatio,
  requestsToProceedRateDifference,
} from '../../../stats/evidence-needed.ts'
import type { Policy } from '../policy.ts'
import type { SafetyClaim, SafetyMargins } from '../safety-claims.ts'

/** What is still needed until a claim is proven, if nothing is wrong. */
export interface StillNeeded {
  /** Requests of both sides together, at the present split. */
  requests: number
  /** Failures of both sides together, with which it is proven by their ratio, whatever the number of requests. */
  failures?: number
}

/** What is taken to be true: the baseline's rate, and the ratio of rates (of odds for `latency`). */
export interface TrueRates {
  rate: number
  ratio: number
}

/** The share that is assumed where neither traffic nor the release says one. */
const usualShare = 0.5
/** A rate of bad requests is taken to be at least this. */
export const smallestRate = 1e-4

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
  const { units, kind } = claim
  const share = shareOf(claim, declaredShare)
  if (kind === 'latency') {
    const of = (rate: number): StillNeeded =>
      stillNeededAt(claim, policy, share, { rate, ratio: 1 })
    return { requests: Math.max(of(0.5).requests, of(0.1).requests) }
  }
  const rate = (units.bad + 0.5) / (units.candidate + units.baseline + 500)
  return stillNeededAt(claim, policy, share, { rate, ratio: 1 })
}

/** The same if the rates are what is said; infinitely many where the claim is not true then. */
export function stillNeededAt(
  claim: SafetyClaim,
  policy: Policy,
  candidateShare: number,
  { rate: anyRate, ratio }: TrueRates,
): StillNeeded {
  const { progress, evidenceNow = progress, kind } = claim
  const { ratio: margin, difference: delta } = claim.margins ?? marginsOf(claim, policy)
  const rate = Math.min(0.5, Math.max(smallestRate, anyRate))
  // of a mean of two e-processes, either has to reach twice the bound
  const alpha = margin === null || delta === null ? policy.alphaSafe : policy.alphaSafe / 2
  const goal = { candidateShare, alpha, logE: evidenceNow * Math.log(1 / policy.alphaSafe), ratio }
  const byDifference =
    delta === null ? Infinity : requestsToProceedRateDifference({ ...goal, delta, rate })
  if (margin === null) return { requests: byDifference }
  if (kind === 'latency') {
    const byOdds = requestsToProceedOddsRatio({ ...goal, margin, rate })
    return { requests: Math.min(byDifference, byOdds) }
  }
  const failures = failuresToProceed({ ...goal, margin })
  const byRatio = Math.ceil(failures / (rate * (1 - candidateShare + candidateShare * ratio)))
  return { requests: Math.min(byDifference, byRatio), failures }
}

function marginsOf({ kind, operation }: SafetyClaim, policy: Policy): SafetyMargins {
  if (kind === 'latency') return { ratio: policy.safeLatencyOdds, difference: null }
  return operation === null
    ? { ratio: policy.safeFailureRatio, difference: policy.safeFailureDifference }
    : { ratio: policy.safeOperationRatio, difference: policy.safeOperationDifference }
}

/** Of the requests, the candidate's. */
export function shareOf({ units }: SafetyClaim, declaredShare: number | null): number {
  const total = units.candidate + units.baseline
  const seen = total === 0 ? (declaredShare ?? usualShare) : units.candidate / total
  return Math.min(0.999, Math.max(0.001, seen))
}
