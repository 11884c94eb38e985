import { rateRatioInterval } from '../../stats/rate-ratio-interval.ts'
import type { SafetyClaim } from './safety-claims.ts'

/**
 * The rise of a claim's failure rate up to which its counts exclude nothing: the upper end of an interval that holds at
 * every look at once. Null where nothing is excluded, and where nobody has counted (`latency`).
 */
export function riseNotExcluded(
  { kind, units, blocks }: SafetyClaim,
  alpha: number,
): number | null {
  if (blocks !== undefined) return rateRatioInterval(blocks, alpha).high
  const { candidate, baseline, bad, candidateBad } = units
  if (kind === 'latency' || candidateBad === undefined) return null
  const block = {
    candidateTotal: candidate,
    candidateBad,
    baselineTotal: baseline,
    baselineBad: bad - candidateBad,
  }
  return rateRatioInterval([block], alpha).high
}
