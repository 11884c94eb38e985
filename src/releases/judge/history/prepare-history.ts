import { onlineWeight } from '../../../stats/online-weights.ts'
import type { Policy } from '../policy.ts'
import { type Calibration, calibrateHistory } from './calibrate-history.ts'
import { type HistoryGrids, type HourClass, hourClasses, referenceOf } from './cut-pair.ts'
import { type HistoryClaim, historyClaims } from './history-claims.ts'
import { type HistoryCounts, requestsIn } from './history-counts.ts'
import type { HistoryPlan } from './history-plan.ts'

/** Everything about the time before a release that its looks at one scale need. */
export interface PreparedHistory {
  plan: HistoryPlan
  hourClass: HourClass
  reference: HistoryCounts
  referenceRequests: number
  claims: HistoryClaim[]
  calibration: Calibration
  /** Of this scale. */
  alpha: number
}

/**
 * The share of the error budget of a scale: 1/((s+1)(s+2)) of `historyShare` of the policy's alpha, so that all scales
 * together, however long the watch, stay within it.
 */
export function scaleAlpha(policy: Policy, scale: number): number {
  return policy.alphaHarm * policy.historyShare * onlineWeight(scale + 1)
}

/**
 * Chooses the earlier time to compare with: of those under which enough cuts could be replayed the one that needs the
 * least margin, else the best there is in the order of `hourClasses`. The choice knows the time before the release alone.
 * Null without history.
 */
export function prepareHistory(
  grids: HistoryGrids,
  plan: HistoryPlan,
  policy: Policy,
): PreparedHistory | null {
  const alpha = scaleAlpha(policy, plan.scale)
  const choices = hourClasses.flatMap((hourClass) => {
    const reference = referenceOf(grids, plan, hourClass, 0)
    if (reference === null) return []
    const calibration = calibrateHistory(grids, plan, hourClass, policy, alpha)
    return [{ hourClass, reference, calibration }]
  })
  const needs = ({ calibration: { isCalibrated, margins } }: (typeof choices)[number]): number =>
    isCalibrated ? margins.failures : Infinity
  const [best] = choices.toSorted((a, b) =>
    needs(a) < needs(b) ? -1 : needs(a) > needs(b) ? 1 : 0,
  )
  if (best === undefined) return null
  return {
    ...best,
    plan,
    alpha,
    referenceRequests: requestsIn(best.reference),
    claims: historyClaims(best.reference),
  }
}
