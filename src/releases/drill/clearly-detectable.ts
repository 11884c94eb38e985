import { cautiousMargins } from '../judge/history/calibrate-history.ts'
import { scaleAlpha } from '../judge/history/prepare-history.ts'
import { detectableRise, type GroupTraffic } from '../judge/detectable-rise.ts'
import type { Policy } from '../judge/policy.ts'

/** Regressions this much larger than the least detectable one count: the formula for it is good to a quarter. */
export const clearly = 1.25

/**
 * The judge should find it, when this share of the candidate's good requests fails.
 * @param policy with the error budget of the claims that would show it, and their margin as that of failures
 */
export function isClearlyDetectable(
  traffic: GroupTraffic,
  effect: number,
  policy: Policy,
): boolean {
  // no failure seen is not a rate of zero
  const rate = (traffic.baselineFailed + 0.5) / (traffic.baseline + 1)
  const least = detectableRise(traffic, true, policy)
  return least !== null && (rate + effect * (1 - rate)) / rate >= least * clearly
}

/** The same for the comparison with as many requests before, at one of its scales. */
export function isDetectableBefore(
  { requests, failed }: { requests: number; failed: number },
  effect: number,
  { policy, scale }: { policy: Policy; scale: number },
): boolean {
  const traffic = { baseline: requests, candidate: requests, baselineFailed: failed }
  return isClearlyDetectable(traffic, effect, {
    ...policy,
    alphaHarm: scaleAlpha(policy, scale),
    harmFailureRatio: cautiousMargins.failures,
  })
}
