import { failuresToFinding, requestsToFindingOddsRatio } from '../../../stats/evidence-needed.ts'
import type { MeasuredWorse } from '../../verdict.ts'
import type { MeasuredRates } from '../measured-rates.ts'
import type { Policy } from '../policy.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import { shareOf, smallestRate, stillNeededAt, type TrueRates } from './still-needed.ts'

/**
 * What was measured of an open claim, where more traffic of this kind would not prove it: because what was measured is
 * beyond its margins, or because it would be a finding before. Undefined where it would, or where nothing was measured.
 */
export function measuredWorse(claim: SafetyClaim, policy: Policy): MeasuredWorse | undefined {
  const { measured, units } = claim
  if (measured === undefined || units.candidate === 0 || measured.candidate === 0) return undefined
  const share = shareOf(claim, null)
  const toProve = stillNeededAt(claim, policy, share, trueRates(measured, claim)).requests
  const toFinding = requestsToFinding(claim, policy, share)
  // where it is a finding already, the rise may still be proven to be a small one
  if (toProve < Infinity && (toFinding === 0 || toProve <= toFinding)) return undefined
  return { ratio: measured.ratio, ...(toFinding < Infinity && { requestsToFinding: toFinding }) }
}

function requestsToFinding(claim: SafetyClaim, policy: Policy, candidateShare: number): number {
  const { harm, kind } = claim
  if (harm === undefined) return Infinity
  const { rate, ratio } = trueRates(harm.measured, claim)
  if (harm.missing === 0) return 0
  const goal = { candidateShare, alpha: Math.exp(-Math.min(600, harm.missing)), ratio }
  if (kind === 'latency')
    return requestsToFindingOddsRatio({ ...goal, rate, margin: policy.harmLatencyOdds })
  const failures = failuresToFinding({ ...goal, margin: policy.harmFailureRatio })
  return Math.ceil(failures / (rate * (1 - candidateShare + candidateShare * ratio)))
}

/** Where the baseline has none, as if it had half a bad request more. */
function trueRates(
  { baseline, candidate, ratio }: MeasuredRates,
  { units }: SafetyClaim,
): TrueRates {
  const rate = baseline === 0 ? Math.max(smallestRate, 0.5 / (units.baseline + 1)) : baseline
  return { rate, ratio: ratio ?? candidate / rate }
}
