import { expect, test } from 'vitest'
import { historyPlan } from './history-plan.ts'

const second = 1000

function plan(elapsedSeconds: number, blockSeconds: number): ReturnType<typeof historyPlan> {
  const blockMillis = blockSeconds * second
  const blocks = Math.floor(elapsedSeconds / blockSeconds)
  return historyPlan({ from: 0, to: blocks * blockMillis, blockMillis, blocks }, blockMillis)
}

test('each scale covers what was seen, twice as much as the one before, in at most 32 blocks', () => {
  for (const blockSeconds of [0.2, 1, 5, 60]) {
    let before = plan(0, blockSeconds)
    expect(before.scale).toBe(0)
    for (let elapsed = 1; elapsed < 40_000; elapsed = Math.ceil(elapsed * 1.3)) {
      const now = plan(elapsed, blockSeconds)
      const length = now.cutBlocks * now.blockMillis
      expect(length).toBeGreaterThanOrEqual((elapsed - blockSeconds) * second)
      expect(length).toBe(plan(0, blockSeconds).cutBlocks * blockSeconds * second * 2 ** now.scale)
      expect(now.cutBlocks).toBeLessThanOrEqual(32)
      expect(Number.isInteger(now.cutBlocks)).toBe(true)
      expect(now.scale).toBeGreaterThanOrEqual(before.scale)
      expect(now.seenBlocks).toBeLessThanOrEqual(now.cutBlocks)
      before = now
    }
  }
})

test('never more than a week of the past is read, and never an unbounded number of blocks', () => {
  expect(plan(10, 5).reachBlocks).toBe(132 * 8)
  const long = plan(86_400, 5)
  expect(long.reachBlocks * long.blockMillis).toBeLessThanOrEqual(7 * 86_400 * second)
})
