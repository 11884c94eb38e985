import type { ComparisonBlock } from './e-process.ts'

/** Both sides of all blocks together; what was seen on one side only counts too. */
export function sumOfBlocks(blocks: readonly ComparisonBlock[]): ComparisonBlock {
  const sum = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
  for (const block of blocks) {
    sum.candidateTotal += block.candidateTotal
    sum.candidateBad += block.candidateBad
    sum.baselineTotal += block.baselineTotal
    sum.baselineBad += block.baselineBad
  }
  return sum
}
