import { expect, test } from 'vitest'
import { afterAsking, heldLease, noLease } from './lease-state.ts'

const terms = { lasts: 9000, renewEvery: 3000 }
const lease = { holder: 'one', fence: 4 }

test('a lease is held from when it was asked for, not from when the answer came', () => {
  const state = afterAsking(noLease, 1000, lease, terms)
  expect(heldLease(state, 1000)).toEqual(lease)
  expect(heldLease(state, 9999)).toEqual(lease)
  expect(heldLease(state, 10_000)).toBeNull()
})

test('a renewal makes it last longer', () => {
  const renewed = afterAsking(afterAsking(noLease, 0, lease, terms), 3000, lease, terms)
  expect(heldLease(renewed, 11_999)).toEqual(lease)
  expect(heldLease(renewed, 12_000)).toBeNull()
})

test('while nobody answers it holds to its end, and no longer', () => {
  let state = afterAsking(noLease, 0, lease, terms)
  for (const askedAt of [3000, 6000, 9000]) state = afterAsking(state, askedAt, undefined, terms)
  expect(heldLease(state, 8999)).toEqual(lease)
  expect(heldLease(state, 9000)).toBeNull()
})

test('who hears that somebody else has it has lost it at once', () => {
  const state = afterAsking(afterAsking(noLease, 0, lease, terms), 3000, null, terms)
  expect(heldLease(state, 3001)).toBeNull()
})

test('nobody begins with a lease', () => {
  expect(heldLease(noLease, 0)).toBeNull()
  expect(heldLease(afterAsking(noLease, 0, undefined, terms), 1)).toBeNull()
})
