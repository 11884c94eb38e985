import { expect, test } from 'vitest'
import type { Store } from '../src/store/store.ts'
import { emptiedStore } from './judge/emptied-store.ts'
import { readLookByLook } from './judge/read-look-by-look.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

test('what is read look by look is what one reading gives', async () => {
  const { last, repeated } = await readLookByLook(store, {
    environment: 'incremental',
    seed: 1,
    traces: 300,
    maxUnits: 100_000,
    minutes: 9,
    compareEvery: 4,
  })
  expect(last.sampledFrom).toBe(last.rows)
  // what makes it hard is there
  expect(last.silent.filter((each) => each === 1).length).toBeGreaterThan(20)
  expect(repeated).toBeGreaterThan(20)
  expect(last.attributes.map(({ name }) => name)).toEqual(['operation', 'app.plan', 'app.items'])
})
