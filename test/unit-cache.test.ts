import { expect, test } from 'vitest'
import type { JudgeWindow } from '../src/releases/judge/judge-window.ts'
import { loadUnits } from '../src/releases/judge/load-units.ts'
import { UnitCache } from '../src/releases/judge/units/unit-cache.ts'
import type { Release } from '../src/releases/release.ts'
import { detectors } from '../src/signals/detectors.ts'
import type { Store } from '../src/store/store.ts'
import { arrivingSpans, storeSpans } from './judge/arriving-spans.ts'
import { emptiedStore } from './judge/emptied-store.ts'
import { recordedAt } from './judge/judge-at.ts'

const start = Date.UTC(2026, 0, 15, 6)
const minute = 60_000
const environment = 'unit-cache'

let store: Store
emptiedStore((opened) => {
  store = opened
})

const windowOf = (minutes: number): JudgeWindow => ({
  from: start,
  to: start + minutes * minute,
  blockMillis: minute,
  blocks: minutes,
})

function releaseNamed(id: string): Release {
  const versions = { version: '2.0.0', baselineVersion: '1.0.0' }
  return { ...recordedAt(environment, start, versions).release, id }
}

/** The same store, with the number of stretches that were read. */
function watched(): { store: Store; stretches: () => number } {
  let stretches = 0
  const queryNative: Store['queryNative'] = async (sql, ...rest) => {
    if (sql.includes('AS stretch'))
      stretches += /roundDown\([^[]*\[([^\]]*)\]/.exec(sql)![1]!.split(',').length
    return await store.queryNative(sql, ...rest)
  }
  return { store: { ...store, queryNative }, stretches: () => stretches }
}

async function fill(): Promise<void> {
  await storeSpans(store, environment, arrivingSpans(7, 200, start, start + 8 * minute))
}

test('the next look at a release reads what is new, and says the same as one that reads everything', async () => {
  await fill()
  const cache = new UnitCache()
  const release = releaseNamed('a')
  await cache.load(store, release, windowOf(6), { detectors })
  expect(cache.bytes).toBeGreaterThan(10_000)
  const { store: counted, stretches } = watched()
  const next = await cache.load(counted, release, windowOf(7), { detectors })
  expect(stretches()).toBe(1)
  expect(next).toEqual(await loadUnits(store, release, windowOf(7), { detectors }))
  // another release of the same service has units of its own
  await cache.load(counted, { ...release, version: '3.0.0-other' }, windowOf(7), { detectors })
  expect(stretches()).toBeGreaterThan(3)
})

test('what an earlier look returned does not change with the next', async () => {
  await fill()
  const cache = new UnitCache()
  const first = await cache.load(store, releaseNamed('a'), windowOf(5), { detectors })
  const copy = structuredClone(first)
  await cache.load(store, releaseNamed('a'), windowOf(8), { detectors })
  expect(first).toEqual(copy)
})

test('a look that fails leaves nothing behind', async () => {
  await fill()
  const cache = new UnitCache()
  await cache.load(store, releaseNamed('a'), windowOf(6), { detectors })
  const gone: Store = { ...store, queryNative: () => Promise.reject(new Error('gone')) }
  await expect(cache.load(gone, releaseNamed('a'), windowOf(7), { detectors })).rejects.toThrow(
    'gone',
  )
  expect(cache.bytes).toBe(0)
  const again = await cache.load(store, releaseNamed('a'), windowOf(7), { detectors })
  expect(again).toEqual(await loadUnits(store, releaseNamed('a'), windowOf(7), { detectors }))
})

/** What the units of a look take, as they are and at the least. */
async function sizes(): Promise<{ whole: number; least: number }> {
  const roomy = new UnitCache()
  await roomy.load(store, releaseNamed('a'), windowOf(8), { detectors })
  const tight = new UnitCache({ maxBytes: roomy.bytes - 1 })
  await tight.load(store, releaseNamed('a'), windowOf(8), { detectors })
  return { whole: roomy.bytes, least: tight.bytes }
}

test('before any has to be read again, what can be put together again is given up', async () => {
  await fill()
  const { whole, least } = await sizes()
  expect(least).toBeGreaterThan(0)
  expect(least).toBeLessThan(0.7 * whole)
  const cache = new UnitCache({ maxBytes: 3 * least })
  for (const id of ['a', 'b', 'c'])
    await cache.load(store, releaseNamed(id), windowOf(7), { detectors })
  for (const id of ['a', 'b', 'c']) {
    const { store: counted, stretches } = watched()
    const next = await cache.load(counted, releaseNamed(id), windowOf(8), { detectors })
    expect(stretches()).toBe(1)
    expect(next).toEqual(await loadUnits(store, releaseNamed(id), windowOf(8), { detectors }))
    expect(cache.bytes).toBeLessThanOrEqual(3 * least)
  }
})

test('where not all fit, those that are in stay, until they have not been looked at for ten minutes', async () => {
  await fill()
  let now = 0
  const { least } = await sizes()
  const cache = new UnitCache({ maxBytes: 1.5 * least, now: () => now })
  const reads = async (id: string): Promise<number> => {
    const { store: counted, stretches } = watched()
    await cache.load(counted, releaseNamed(id), windowOf(8), { detectors })
    return stretches()
  }
  expect(await reads('a')).toBeGreaterThan(3)
  expect(await reads('b')).toBeGreaterThan(3)
  expect(cache.bytes).toBe(least)
  expect(await reads('a')).toBe(0)
  expect(await reads('b')).toBeGreaterThan(3)
  now = 601_000
  await reads('b')
  expect(cache.bytes).toBe(least)
  expect(await reads('b')).toBe(0)
  expect(await reads('a')).toBeGreaterThan(3)
})
