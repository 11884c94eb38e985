import { expect, test } from 'vitest'
import { hour, minute as blocks } from '../../testing/quiet-histories.ts'
import { simulateLateWatch } from '../../testing/simulate-history.ts'
import { lateWindow } from './late-windows.ts'

const minute = 60_000

test('a short watch has none; a long one a window of an eighth to a sixteenth of it, or the one before', () => {
  expect(lateWindow(0, 7.9 * minute)).toBeNull()
  for (let watched = 8; watched < 3000; watched += 0.7) {
    const { from } = lateWindow(0, watched * minute)!
    const length = watched - from / minute
    expect(length).toBeGreaterThanOrEqual(0)
    expect(length).toBeLessThanOrEqual((watched / 8) * 1.25)
    // fixed times: the same window at every look within it
    expect(from % minute).toBe(0)
  }
})

test('all windows of a watch, however long, stay within the budget', () => {
  const shares = new Map<string, number>()
  for (let minutes = 8; minutes < 60 * 24 * 28; minutes++) {
    const late = lateWindow(0, minutes * minute)!
    shares.set(`${late.from} ${late.share}`, late.share)
  }
  const spent = [...shares.values()].reduce((sum, share) => sum + share, 0)
  expect(spent).toBeLessThan(1)
  expect(spent).toBeGreaterThan(0.7)
})

test('what begins after forty minutes is found by a late window long before the whole watch shows it', () => {
  const onset = 40 * blocks
  const failing = (t: number): number => (t < onset ? 0.01 : 0.1)
  const watch = { blocksBefore: 2 * hour, blocksAfter: 2 * onset, requests: 25, failing }
  for (const seed of [1, 2]) {
    const { whole, late } = simulateLateWatch({ seed, ...watch }, { from: onset, every: blocks })
    expect(late! - onset).toBeLessThanOrEqual(6 * blocks)
    expect(whole! - onset).toBeGreaterThan(15 * blocks)
  }
})
