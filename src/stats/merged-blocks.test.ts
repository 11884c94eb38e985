import { expect, test } from 'vitest'
import type { ComparisonBlock } from './e-process.ts'
import { mergedBlocks } from './merged-blocks.ts'

const block = (
  candidateTotal: number,
  baselineTotal: number,
  baselineBad = 0,
): ComparisonBlock => ({
  candidateTotal,
  candidateBad: 0,
  baselineTotal,
  baselineBad,
})

test('a block in which one side is empty is counted with the next; the last one is left out', () => {
  expect(
    mergedBlocks([block(2, 5), block(0, 7, 1), block(0, 4), block(1, 3, 2), block(3, 0)]),
  ).toEqual([block(2, 5), block(1, 14, 3)])
  expect(mergedBlocks([])).toEqual([])
})
