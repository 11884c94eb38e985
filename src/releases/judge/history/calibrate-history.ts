import type { Policy } from '../policy.ts'
import { type HistoryGrids, type HourClass, referenceOf, replayedCut } from './cut-pair.ts'
import { claimGroups, historyClaims } from './history-claims.ts'
import { groupEvidence, type Margins } from './history-evidence.ts'
import { type HistoryPlan, maxCuts } from './history-plan.ts'

/** What past time, cut as if a release had begun in it, shows about the rise that needs no release. */
export interface Calibration {
  replayedCuts: number
  /** False: too few cuts, and the margins are the documented cautious ones. */
  isCalibrated: boolean
  margins: Margins
  /** By how much more than the policy's margin something moved in the replayed time; 1 = not more. */
  drift: Margins
}

/** With fewer replayed cuts than this the margins are `cautiousMargins`. */
export const minCuts = 8
/** Margins where the history is too short to say how rates move by themselves. */
export const cautiousMargins: Margins = { failures: 3, slow: 3, traffic: 10 }
/** Margins that are tried, as multiples of the least one; a drift below the second cannot be told from none. */
const ladder = [1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 9, 15, 30, 60, 120] as const

/** The margins below which no difference is anybody's business. */
export function leastMargins(policy: Policy): Margins {
  return { failures: policy.harmFailureRatio, slow: policy.harmSlowRatio, traffic: 3 }
}

/** Nothing is ten thousand times as bad. */
const greatestMargin = 10_000
/** Quarters of the watch's length are replayed too: four times as many, and they see what a few long ones miss. */
const quarter = 4

/**
 * Replays past cuts: for each, the least margin at which it would not have alarmed. A new cut that is like n past ones
 * needs more than the largest of theirs with probability 1/(n+1) at most (exchangeability); to get from there to `alpha`
 * the logarithm of the margin grows as if ratios had a Pareto tail, which is heavier than any drift of rates that is a
 * product of many small causes: (largest / least)^(log(1/alpha) / log(n+1)). The greater margin of the cuts as long as the
 * watch and of those a quarter as long counts. A past incident in the replayed time widens it: what has happened without a
 * release is not proof against one.
 */
export function calibrateHistory(
  grids: HistoryGrids,
  plan: HistoryPlan,
  hourClass: HourClass,
  policy: Policy,
  alpha: number,
): Calibration {
  const least = leastMargins(policy)
  const short = { ...plan, cutBlocks: Math.ceil(plan.cutBlocks / quarter) }
  const long = replayCuts(grids, plan, hourClass, least, alpha)
  const all = [long, replayCuts(grids, short, hourClass, least, alpha)]
  const isCalibrated = long.cuts >= minCuts
  const margins = { ...least }
  const drift = { ...least }
  for (const group of claimGroups) {
    const drifts = all.map(({ largest }) => largest[group] / least[group])
    drift[group] = Math.max(...drifts)
    const extrapolated = all.map(({ cuts }, i) => {
      // quiet services have too few requests in a short cut
      if (cuts < minCuts) return least[group] * drifts[i]!
      const reach = Math.max(1, Math.log(1 / alpha) / Math.log(cuts + 1))
      return Math.min(greatestMargin, least[group] * Math.max(ladder[1], drifts[i]!) ** reach)
    })
    margins[group] = isCalibrated
      ? Math.max(...extrapolated)
      : Math.max(cautiousMargins[group], least[group] * drift[group])
  }
  return { replayedCuts: long.cuts, isCalibrated, margins, drift }
}

/** The largest of the margins that the cuts of a length need. */
function replayCuts(
  grids: HistoryGrids,
  plan: HistoryPlan,
  hourClass: HourClass,
  least: Margins,
  alpha: number,
): { cuts: number; largest: Margins } {
  const largest = { ...least }
  let cuts = 0
  for (let cut = 1; cut <= maxCuts; cut++) {
    const at = -cut * plan.cutBlocks
    if (at < -plan.reachBlocks) break
    const after = replayedCut(grids, plan, at)
    const reference = after === null ? null : referenceOf(grids, plan, hourClass, at)
    if (after === null || reference === null) continue
    cuts++
    const claims = historyClaims(reference)
    for (const group of claimGroups) {
      const alarms = (margin: number): boolean =>
        groupEvidence(claims, group, margin, reference, after, plan.cutBlocks).maxLogE >=
        Math.log(1 / alpha)
      for (const step of ladder) {
        const margin = least[group] * step
        if (margin < largest[group]) continue
        largest[group] = margin
        if (!alarms(margin)) break
      }
    }
  }
  return { cuts, largest }
}
