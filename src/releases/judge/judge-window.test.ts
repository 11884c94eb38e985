import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { sampleRecorded } from '../testing/sample-verdict.ts'
import { judgeWindow } from './judge-window.ts'

const recorded = sampleRecorded({ startedAt: '2026-03-02T10:00:00.000Z' })
const from = Date.parse(recorded.release.startedAt)
const pace = { everySeconds: 5, blockSeconds: 10, lagSeconds: 3 }

test.each([
  [-60_000, 0],
  [0, 0],
  [12_999, 0],
  [13_000, 1],
  [22_999, 1],
  [23_000, 2],
])('%s ms after the start, %s blocks are complete', (elapsed, blocks) => {
  expect(judgeWindow(recorded, from + elapsed, pace)).toEqual({
    from,
    to: from + blocks * 10_000,
    blockMillis: 10_000,
    blocks,
  })
})

test('a long watch gets wider blocks, whose borders were borders before', () => {
  const narrow = judgeWindow(recorded, from + 3000 + 2000 * 10_000, pace)
  expect(narrow).toMatchObject({ blockMillis: 10_000, blocks: 2000 })
  const wide = judgeWindow(recorded, from + 3000 + 2000 * 10_000 + 1, pace)
  expect(wide).toMatchObject({ from, blockMillis: 20_000, blocks: 1000 })
})

test('at any time: bounded, never beyond what is complete, and never shrinking by a block', () => {
  const elapsed = integer({ min: 0, max: 30 * 86_400_000 })
  assert(
    property(elapsed, integer({ min: 0, max: 60_000 }), (first, more) => {
      const a = judgeWindow(recorded, from + first, pace)
      const b = judgeWindow(recorded, from + first + more, pace)
      expect(a.blocks).toBeLessThanOrEqual(2000)
      expect(a.to).toBe(a.from + a.blocks * a.blockMillis)
      expect(a.to).toBeLessThanOrEqual(Math.max(from, from + first - 3000))
      expect(Math.max(from, from + first - 3000) - a.to).toBeLessThan(a.blockMillis)
      expect(b.blockMillis % a.blockMillis).toBe(0)
      // wider blocks may leave out the end of the last one, nothing more
      expect(b.to).toBeGreaterThan(a.to - (b.blockMillis === a.blockMillis ? 1 : b.blockMillis))
    }),
  )
})
