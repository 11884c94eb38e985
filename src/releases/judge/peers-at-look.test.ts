import { expect, test } from 'vitest'
import { PeersCache } from './peers-at-look.ts'

const peers = [{ address: 'bank:443', calls: 30, answered: 0 }]

function counted(): { read: () => Promise<typeof peers>; times: () => number } {
  let times = 0
  return {
    read: async () => {
      times += 1
      return await Promise.resolve(peers)
    },
    times: () => times,
  }
}

test('the peers of a release are read again when there is more to read', async () => {
  const cache = new PeersCache()
  const { read, times } = counted()
  for (const to of [60, 60, 120, 120, 60]) expect(await cache.get('a', to, read)).toEqual(peers)
  expect(times()).toBe(3)
  await cache.get('b', 60, read)
  await cache.get('a', 60, read)
  expect(times()).toBe(4)
})

test('an answer that failed is not kept', async () => {
  const cache = new PeersCache()
  const { read, times } = counted()
  await cache.get('a', 60, read)
  const failing = cache.get('a', 120, () => Promise.reject(new Error('gone')))
  await expect(failing).rejects.toThrow('gone')
  await cache.get('a', 60, read)
  expect(times()).toBe(2)
})

test('of more releases than are remembered, those asked for longest ago are read again', async () => {
  const cache = new PeersCache()
  const { read, times } = counted()
  for (let i = 0; i < 1_000; i++) await cache.get(`release ${i}`, 60, read)
  await cache.get('release 0', 60, read)
  expect(times()).toBe(1_000)
  await cache.get('one more', 60, read)
  await cache.get('release 0', 60, read)
  expect(times()).toBe(1_001)
  await cache.get('release 1', 60, read)
  expect(times()).toBe(1_002)
})
