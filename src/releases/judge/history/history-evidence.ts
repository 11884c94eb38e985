import type { ComparisonBlock } from '../../../stats/e-process.ts'
import { harmRateRatio } from '../../../stats/rate-ratio-test.ts'
import { updateStrata } from '../evaluate-harm.ts'
import { claimBlocks, type ClaimGroup, type HistoryClaim } from './history-claims.ts'
import type { HistoryCounts } from './history-counts.ts'

export type Margins = Record<ClaimGroup, number>

/** A claim with the evidence for it. */
export interface HistoryEvidence {
  claim: HistoryClaim
  margin: number
  strata: ComparisonBlock[][]
  maxLogE: number
}

export interface GroupEvidence {
  claims: HistoryEvidence[]
  /** log of the weighted sum of the group's e-processes at its highest */
  maxLogE: number
}

/** e-values beyond this need no exact number, and sums of them must not overflow. */
const logECap = 600

/** Runs the e-processes of one group of claims over the blocks that have been seen. */
export function groupEvidence(
  claims: readonly HistoryClaim[],
  group: ClaimGroup,
  margin: number,
  reference: HistoryCounts,
  after: HistoryCounts,
  seenBlocks: number,
): GroupEvidence {
  const sum = new Float64Array(seenBlocks)
  const evidence = claims
    .filter((claim) => claim.group === group)
    .map((claim): HistoryEvidence => {
      const strata = claimBlocks(claim, reference, after, seenBlocks)
      const logE = new Float64Array(seenBlocks)
      const test = harmRateRatio({ margin })
      updateStrata(test, strata, logE)
      logE.forEach((value, i) => (sum[i]! += claim.weight * Math.exp(Math.min(value, logECap))))
      return { claim, margin, strata, maxLogE: test.maxLogE }
    })
  let highest = 0
  for (const value of sum) highest = Math.max(highest, value)
  return {
    claims: evidence,
    maxLogE: highest > 0 ? Math.log(highest) : Number.NEGATIVE_INFINITY,
  }
}
