import type { ComparisonBlock } from './e-process.ts'
import { sumOfBlocks } from './sum-of-blocks.ts'

/**
 * Blocks in which both sides have requests: one without is counted with the next, since half a block says nothing. It
 * depends on the totals alone, so what a test or an interval guarantees stays. What waits at the end is left out.
 */
export function mergedBlocks(blocks: readonly ComparisonBlock[]): ComparisonBlock[] {
  const merged: ComparisonBlock[] = []
  let open: ComparisonBlock | undefined
  for (const block of blocks) {
    open = open === undefined ? block : sumOfBlocks([open, block])
    if (open.candidateTotal === 0 || open.baselineTotal === 0) continue
    merged.push(open)
    open = undefined
  }
  return merged
}
