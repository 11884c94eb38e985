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
  expect([await cache.get('a 0', 0, read), await cache.get('a 0', 0, read)]).toEqual([1, 1])
  expect(await cache.get('a 1', 0, read)).toBe(2)
  expect(count()).toBe(2)
})

test('what is slow to read, or one of many that are asked for, is trusted for longer', async () => {
  const fast = reader(0)
  const alone = new HistoryCache<number>()
  await alone.get('fast', 0, fast.read)
  const many = new HistoryCache<number>()
  await many.get('fast', 0, fast.read)
  await many.get('slow', 0, reader(60).read)
  // half a second is the least
  await sleep(700)
  await alone.get('fast', 0, fast.read)
  await many.get('fast', 0, fast.read)
  expect(fast.count()).toBe(3)
})

test('what is asked for again late in a long watch is trusted for longer', async () => {
  const { read, count } = reader(0)
  const cache = new HistoryCache<number>()
  const ask = async (name: string, watched: number): Promise<void> => {
    await cache.get(name, watched, read)
  }
  await ask('young', 0)
  await ask('old', 60_000)
  await sleep(700)
  await ask('young', 700)
  await ask('old', 60_700)
  expect(count()).toBe(3)
})
