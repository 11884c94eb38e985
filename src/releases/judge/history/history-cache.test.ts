import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { HistoryCache } from './history-cache.ts'

function reader(millis: number): { read: () => Promise<number>; count: () => number } {
  let reads = 0
  return {
    count: () => reads,
    read: async () => {
      await sleep(millis)
      return ++reads
    },
  }
}

test('what is asked for again is not read again, and another scale is', async () => {
  const cache = new HistoryCache<number>()
  const { read, count } = reader(1)
  expect([await cache.get('a 0', read), await cache.get('a 0', read)]).toEqual([1, 1])
  expect(await cache.get('a 1', read)).toBe(2)
  expect(count()).toBe(2)
})

test('what is slow to read, or one of many that are asked for, is trusted for longer', async () => {
  const fast = reader(0)
  const alone = new HistoryCache<number>()
  await alone.get('fast', fast.read)
  const many = new HistoryCache<number>()
  await many.get('fast', fast.read)
  await many.get('slow', reader(60).read)
  // half a second is the least
  await sleep(700)
  await alone.get('fast', fast.read)
  await many.get('fast', fast.read)
  expect(fast.count()).toBe(3)
})
