import { describe, expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { FrequentItems } from './frequent-items.ts'

describe('frequent items', () => {
  test('are exact while they fit', () => {
    const items = new FrequentItems(100)
    for (let i = 0; i < 5000; i++) items.add(`k${i % 100}`, (i % 7) + 1)
    const expected = new Map<string, number>()
    for (let i = 0; i < 5000; i++) {
      expected.set(`k${i % 100}`, (expected.get(`k${i % 100}`) ?? 0) + (i % 7) + 1)
    }
    expect(items.error).toBe(0)
    expect(new Map(items.ranked())).toEqual(expected)
  })

  test.each([1, 2, 3])('keep what is frequent in a flood of rare ones (seed %i)', (seed) => {
    const random = createRandom(seed)
    const capacity = 50
    const items = new FrequentItems(capacity)
    const exact = new Map<string, number>()
    let total = 0
    let largest = 0
    for (let i = 0; i < 50_000; i++) {
      const frequent = random.uniform() < 0.3
      const item = frequent ? `hot${Math.floor(random.uniform() * 5)}` : `rare${i}`
      const count = 1 + Math.floor(random.uniform() * 3)
      items.add(item, count)
      exact.set(item, (exact.get(item) ?? 0) + count)
      total += count
      largest = Math.max(largest, items.size)
    }
    expect(largest).toBeLessThan(capacity * 2)
    expect(items.error).toBeGreaterThan(0)
    expect(items.error).toBeLessThanOrEqual(total / (capacity + 1))
    expect(
      items
        .ranked()
        .slice(0, 5)
        .map(([item]) => item)
        .toSorted(),
    ).toEqual(['hot0', 'hot1', 'hot2', 'hot3', 'hot4'])
    for (const [item, count] of items.ranked()) {
      expect(count).toBeLessThanOrEqual(exact.get(item) ?? 0)
      expect(count + items.error).toBeGreaterThanOrEqual(exact.get(item) ?? 0)
    }
  })

  test('stay within the bound where no item is frequent', () => {
    const capacity = 50
    const items = new FrequentItems(capacity)
    for (let i = 0; i < 60_000; i++) items.add(`k${(i * 7919) % 200}`, 1)
    expect(items.error).toBeGreaterThan(0)
    expect(items.error).toBeLessThanOrEqual(60_000 / (capacity + 1))
  })
})
