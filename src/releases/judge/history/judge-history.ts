import type { ComparisonBlock } from '../../../stats/e-process.ts'
import { sumOfBlocks } from '../../../stats/sum-of-blocks.ts'
import { type ClaimGroup, claimGroups } from './history-claims.ts'
import type { HistoryCounts } from './history-counts.ts'
import { groupEvidence, type HistoryEvidence, type Margins } from './history-evidence.ts'
import type { PreparedHistory } from './prepare-history.ts'

/** A claim that reached its bound, with what it accounts for. */
export interface ConfirmedHistory extends HistoryEvidence {
  /** Before (`baseline`) and after (`candidate`), over all blocks and operations of the claim. */
  total: ComparisonBlock
  explains: ConfirmedHistory[]
}

export interface HistoryJudgement {
  confirmed: ConfirmedHistory[]
  /** Groups whose evidence crossed the bound of an alarm. */
  alarmed: ClaimGroup[]
}

/** Without calibration a rise must be at least this large, in requests of all, as well as above the margin. */
export const cautiousDifference = { failures: 0.02, slow: 0.1, traffic: 0 } as const

/**
 * What the time after a release shows against the time before it. Fewer requests never raise an alarm by themselves: users
 * may have gone home.
 * @param margins where they are not the calibrated ones
 */
export function judgeHistory(
  { plan, reference, claims, calibration, alpha }: PreparedHistory,
  after: HistoryCounts,
  margins: Margins = calibration.margins,
): HistoryJudgement {
  const bound = Math.log(1 / alpha)
  const confirmed: ConfirmedHistory[] = []
  const alarmed: ClaimGroup[] = []
  for (const group of claimGroups) {
    const margin = margins[group]
    const evidence = groupEvidence(claims, group, margin, reference, after, plan.seenBlocks)
    const all = evidence.claims
      .map((each) => ({ ...each, total: sumOfBlocks(each.strata.flat()), explains: [] }))
      .filter(({ total }) => {
        return calibration.isCalibrated || riseOf(total) >= cautiousDifference[group]
      })
      .toSorted((a, b) => weighted(b) - weighted(a))
    const own = all.filter((each) => weighted(each) >= bound)
    const crossed = evidence.maxLogE >= bound
    const found = own.length === 0 && crossed ? all.slice(0, 1) : own
    if (found.length > 0 && crossed && group !== 'traffic') alarmed.push(group)
    confirmed.push(...standing(found))
  }
  return { confirmed, alarmed }
}

function weighted({ claim, maxLogE }: HistoryEvidence): number {
  return maxLogE + Math.log(claim.weight)
}

export function riseOf(total: ComparisonBlock): number {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = total
  return candidateBad / Math.max(1, candidateTotal) - baselineBad / Math.max(1, baselineTotal)
}

/**
 * One finding for each fault and kind: the service where two or more operations of it are confirmed or none is, else the
 * operation; what it accounts for is listed under it. `found` has the strongest first.
 */
function standing(found: readonly ConfirmedHistory[]): ConfirmedHistory[] {
  const kinds = new Set(found.map(({ claim }) => claim.kind))
  return [...kinds].flatMap((kind) => {
    const seen = new Set<string | null>()
    const each = found.filter(({ claim }) => {
      if (claim.kind !== kind || seen.has(claim.operation)) return false
      seen.add(claim.operation)
      return true
    })
    const whole = each.find(({ claim }) => claim.operation === null)
    if (whole === undefined) return each
    const operations = each.filter((other) => other !== whole)
    const [only] = operations
    if (operations.length === 1 && only !== undefined) return [{ ...only, explains: [whole] }]
    return [{ ...whole, explains: operations }]
  })
}
