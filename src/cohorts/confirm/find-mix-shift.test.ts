import { expect, test } from 'vitest'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { findMixShift, type ShiftedValue } from './find-mix-shift.ts'
import { addCounts, cohortCounts, spreadCounts } from './testing/bucket-counts.ts'

const value = (name: string, counts: BucketCounts): ShiftedValue => ({
  measure: 'rate',
  cohort: [{ attribute: 'kind', op: '=', value: name }],
  text: `kind = ${name}`,
  counts: cohortCounts(counts),
})

/** Phones fail ten times as often, always did, and grew from 10 % to 30 %; robots grew too, and fail like the rest. */
const phones = spreadCounts([500, 5000], [1500, 15_000], 3)
const robots = spreadCounts([25, 2500], [75, 7500], 7)
const others = spreadCounts([425, 42_500], [275, 27_500], 11)
const everything = new Map([['rate', cohortCounts(addCounts(addCounts(phones, robots), others))]])

test('a kind of traffic that always failed more and grew is a mix shift', () => {
  const shifts = findMixShift(everything, [value('robot', robots), value('phone', phones)])
  expect(shifts).toHaveLength(1)
  const [{ effectOnRate, ...shift }] = shifts as [(typeof shifts)[0]]
  expect(shift).toEqual({
    measure: 'rate',
    cohort: [{ attribute: 'kind', op: '=', value: 'phone' }],
    text: 'kind = phone',
    baselineShare: 0.1,
    candidateShare: 0.3,
    baselineRate: 0.1,
    restRate: 0.01,
  })
  // all of the change of the rate, from 1.9 % to 3.7 %
  expect(effectOnRate).toBeCloseTo(0.018, 12)
})

test('without a shift, or with one of a few units, there is none', () => {
  const same = spreadCounts([500, 5000], [400, 5000], 3)
  const all = new Map([
    ['rate', cohortCounts(addCounts(same, spreadCounts([450, 45_000], [450, 45_000])))],
  ])
  expect(findMixShift(all, [value('phone', same)])).toEqual([])
  const oneUnit = spreadCounts([500, 5000], [500, 5000], 3)
  oneUnit.candidateBad[9]! += 300
  oneUnit.candidateTotal[9]! += 3000
  const withUnit = new Map([
    ['rate', cohortCounts(addCounts(oneUnit, spreadCounts([450, 45_000], [450, 45_000])))],
  ])
  expect(findMixShift(withUnit, [value('phone', oneUnit)])).toEqual([])
})

test('an unknown measure is an error', () => {
  expect(() => findMixShift(new Map(), [value('phone', phones)])).toThrow('No counts')
})
