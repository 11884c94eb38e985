import { expect, test } from 'vitest'
import { cutsIn, quietSpans, type Slot, type Slots } from './quiet-cuts.ts'

const slot = (versions: Record<string, number>): Slot => ({
  requests: Object.values(versions).reduce((sum, n) => sum + n, 0),
  versions: new Map(Object.entries(versions)),
})
const slotsOf = (...slots: Slot[]): Slots => ({ from: 1000, slotMillis: 10, slots })
const old = slot({ v1: 500 })

test('history begins without a release; a new version ends a quiet time in its slot', () => {
  expect(quietSpans(slotsOf(old, old, slot({ v1: 480, v2: 20 }), old, old), [])).toEqual([
    { first: 0, until: 2 },
    { first: 3, until: 5 },
  ])
})

test('a recorded release ends a quiet time, also one of a version that is known', () => {
  expect(quietSpans(slotsOf(old, old, old, old), [1025])).toEqual([
    { first: 0, until: 2 },
    { first: 3, until: 4 },
  ])
  expect(quietSpans(slotsOf(old, old, old, old), [900, 1040])).toEqual([{ first: 0, until: 4 }])
})

test('a ramp is a change, chance in few requests is not', () => {
  const both = (v1: number, v2: number): Slot => slot({ v1, v2 })
  expect(
    quietSpans(slotsOf(both(450, 50), both(450, 50), both(250, 250), both(240, 260)), []),
  ).toEqual([
    { first: 0, until: 2 },
    { first: 3, until: 4 },
  ])
  expect(quietSpans(slotsOf(both(9, 1), both(4, 6), both(8, 2)), [])).toEqual([
    { first: 0, until: 3 },
  ])
})

test('time without traffic is no quiet time of its own', () => {
  const none = slot({})
  expect(quietSpans(slotsOf(none, none), [])).toEqual([])
  expect(quietSpans(slotsOf(none, old, none, old), [])).toEqual([{ first: 1, until: 4 }])
})

test('cuts lie side by side in one span, and leave the time before them quiet', () => {
  const spans = [
    { first: 0, until: 7 },
    { first: 9, until: 11 },
  ]
  expect(cutsIn(spans, 3)).toEqual([
    { first: 1, until: 4 },
    { first: 4, until: 7 },
  ])
  expect(cutsIn(spans, 2, 4)).toEqual([{ first: 5, until: 7 }])
})
