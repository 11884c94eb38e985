import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { emptiedStore } from '../judge/emptied-store.ts'
import { readLookByLook } from '../judge/read-look-by-look.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

test.each([2, 3])('look by look and at once, seed %i', async (seed) => {
  const { last, repeated } = await readLookByLook(store, {
    environment: `seed-${seed}`,
    seed,
    traces: 600,
    maxUnits: 100_000,
    minutes: 30,
    compareEvery: 3,
  })
  expect(last.silent.filter((each) => each === 1).length).toBeGreaterThan(40)
  expect(repeated).toBeGreaterThan(40)
})

test('a sample is a part of the larger one that was kept', async () => {
  const { last } = await readLookByLook(store, {
    environment: 'sampled',
    seed: 4,
    traces: 900,
    maxUnits: 150,
    minutes: 30,
    compareEvery: 3,
  })
  expect(last.sample?.oneOf).toBeGreaterThanOrEqual(8)
  expect(last.rows).toBeGreaterThan(40)
})
