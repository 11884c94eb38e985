import { expect, test } from 'vitest'
import { leastRankSumTail, rankSumTail } from './rank-sum.ts'

test('complete separation has the least probability that there is', () => {
  expect(rankSumTail([9, 8], [1, 2, 3])).toBeCloseTo(1 / 10)
  expect(leastRankSumTail(2, 3)).toBeCloseTo(1 / 10)
  expect(leastRankSumTail(8, 27)).toBeCloseTo(1 / 23_535_820)
})

test('the tail of the published table (Mann & Whitney 1947, n = 5, m = 3)', () => {
  // P(U <= 1) is 0.036, and by symmetry that of U >= 14
  expect(rankSumTail([10, 9, 7.5], [1, 2, 3, 4, 8])).toBeCloseTo(2 / 56, 6)
  expect(rankSumTail([0, 0.5, 0.7], [1, 2, 3, 4, 8])).toBe(1)
})

test('ties count against a finding', () => {
  expect(rankSumTail([1, 1], [1, 1, 1])).toBe(1)
  expect(rankSumTail([], [1])).toBe(1)
})
