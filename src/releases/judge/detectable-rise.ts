import { minimumDetectableRatio } from '../../stats/minimum-detectable-effect.ts'
import { onlineWeight } from '../../stats/online-weights.ts'
import { fixedShare } from './fixed-hypotheses.ts'
import type { Policy } from './policy.ts'

/** Traffic of a group of requests on both sides, and how often the baseline fails. */
export interface GroupTraffic {
  baseline: number
  candidate: number
  baselineFailed: number
}

/** Known claims among which their half of the error budget is shared, about. */
const usualKnownClaims = 15

/**
 * The smallest rise of a group's failure rate, as a ratio, that the judge would have found with 80 % probability; null
 * where none would have been (judge.md §6.7). Stricter than the formula alone: the claim has to reach its own share of
 * the error budget and to exceed the margin, and a cohort that has to be discovered is judged on half of its requests.
 */
export function detectableRise(
  { baseline, candidate, baselineFailed }: GroupTraffic,
  known: boolean,
  policy: Policy,
): number | null {
  const total = baseline + candidate
  if (baseline === 0 || candidate === 0) return null
  const weight = known ? fixedShare / usualKnownClaims : (1 - fixedShare) * onlineWeight(1)
  // no failure seen is not a rate of zero
  const rate = (baselineFailed + 0.5) / (baseline + 1)
  const ratio = minimumDetectableRatio({
    requests: known ? total : total / 2,
    baselineRate: Math.min(0.5, rate * policy.harmFailureRatio),
    candidateShare: candidate / total,
    alpha: policy.alphaHarm * weight,
  })
  return ratio === null ? null : ratio * policy.harmFailureRatio
}
