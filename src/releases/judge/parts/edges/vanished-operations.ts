import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { harmRateRatio } from '../../../../stats/rate-ratio-test.ts'
import { sumOfBlocks } from '../../../../stats/sum-of-blocks.ts'
import { blockNumbers } from '../../block-numbers.ts'
import { updateMerged } from '../../evaluate-harm.ts'
import type { JudgeWindow } from '../../judge-window.ts'
import type { UnitTable } from '../../unit-table.ts'
import { vanishedId } from './edge-claims.ts'

/** Evidence that the candidate gets next to none of an operation's requests. */
export interface VanishedOperation {
  hypothesis: { operation: string; weight: number }
  /** Units of the operation (`bad`) among all units; the sides as they are. */
  total: ComparisonBlock
  /** Requests that the candidate would have had at its share. */
  expected: number
  logE: number
  maxLogE: number
}

/** An operation's share of the requests may be so many times lower than the baseline's. */
export const harmTrafficRatio = 3
/** Told where at most this part of the requests is left. */
const vanishedRatio = 0.1

/** Operations of the service and their units on both sides, the busiest first. */
export function operationUnits(table: UnitTable): { operation: string; units: number }[] {
  const units = table.operations.map((operation) => ({ operation, units: 0 }))
  for (const operation of table.operation) units[operation]!.units += 1
  return units.toSorted((a, b) => b.units - a.units || (a.operation < b.operation ? -1 : 1))
}

/**
 * Of a block's units, an operation has the same share on both sides where the candidate serves it at all. The sides are
 * exchanged for the test: what is "worse" is a share that is lower.
 */
export function vanishedOperations(
  table: UnitTable,
  window: JudgeWindow,
  remembered: readonly { id: string; weight: number }[],
): VanishedOperation[] {
  const weights = new Map(remembered.map(({ id, weight }) => [id, weight]))
  const { totals, own } = countByOperation(table, window)
  return table.operations.flatMap((operation, index): VanishedOperation[] => {
    const weight = weights.get(vanishedId(operation))
    if (weight === undefined) return []
    const counted = own[index]!
    const blocks = Array.from({ length: window.blocks }, (_, block): ComparisonBlock => ({
      candidateTotal: totals[2 * block + 1]!,
      candidateBad: counted[2 * block + 1]!,
      baselineTotal: totals[2 * block]!,
      baselineBad: counted[2 * block]!,
    }))
    const test = harmRateRatio({ margin: harmTrafficRatio })
    updateMerged(test, blocks.map(exchanged), new Float64Array(window.blocks))
    const total = sumOfBlocks(blocks)
    const expected = (total.baselineBad / Math.max(1, total.baselineTotal)) * total.candidateTotal
    const { logE, maxLogE } = test
    return [{ hypothesis: { operation, weight }, total, expected, logE, maxLogE }]
  })
}

/** Units by block and side (the candidate's second), of all operations together and of each. */
function countByOperation(
  table: UnitTable,
  window: JudgeWindow,
): { totals: Uint32Array; own: Uint32Array[] } {
  const blockOf = blockNumbers(table, window)
  const totals = new Uint32Array(2 * window.blocks)
  const own = table.operations.map(() => new Uint32Array(2 * window.blocks))
  for (let row = 0; row < table.rows; row++) {
    if (blockOf[row]! < 0) continue
    const cell = 2 * blockOf[row]! + table.candidate[row]!
    totals[cell]! += 1
    own[table.operation[row]!]![cell]! += 1
  }
  return { totals, own }
}

export function hasVanished({ total, expected }: VanishedOperation): boolean {
  return total.candidateBad <= vanishedRatio * expected
}

function exchanged(block: ComparisonBlock): ComparisonBlock {
  return {
    candidateTotal: block.baselineTotal,
    candidateBad: block.baselineBad,
    baselineTotal: block.candidateTotal,
    baselineBad: block.candidateBad,
  }
}
