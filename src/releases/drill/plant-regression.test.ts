import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { defaultPolicy } from '../judge/policy.ts'
import { syntheticUnits } from '../testing/synthetic-units.ts'
import { chooseCohort } from './choose-cohort.ts'
import { plantRegression } from './plant-regression.ts'

const units = syntheticUnits({ seed: 5, units: 6000, candidateShare: 0.5 })
const everything = { mask: new Uint8Array(units.rows).fill(1), isKnown: true }
const sum = (bytes: Uint8Array): number => bytes.reduce((all, n) => all + n, 0)

test('planted failures are as many as said, on the candidate alone, and the past stays as it was', () => {
  const before = units.failed.slice()
  const plant = { kind: 'failures' as const, effect: 0.2, ...everything }
  const planted = plantRegression(units, plant, defaultPolicy, 1)
  expect(units.failed).toEqual(before)
  const added = sum(planted.table.failed) - sum(before)
  expect(added).toBe(sum(planted.touched))
  expect(Math.abs(added - planted.expectedBad)).toBeLessThan(0.1 * planted.expectedBad)
  const outside = planted.touched.filter((n, row) => n === 1 && units.candidate[row] === 0)
  expect(outside).toHaveLength(0)
  expect(planted.ratio).toBeGreaterThan(planted.detectableRatio!)
  // no cohort of a few requests shows a rise
  const few = everything.mask.map((_, row) => (row % 600 === 0 ? 1 : 0))
  const hidden = plantRegression(units, { ...plant, mask: few, isKnown: false }, defaultPolicy, 1)
  expect(hidden.detectableRatio).toBeNull()
})

test('a planted delay is that factor, and what it adds beyond the quantiles is counted', () => {
  const plant = { kind: 'delay' as const, effect: 4, ...everything }
  const planted = plantRegression(units, plant, defaultPolicy, 1)
  for (let row = 0; row < units.rows; row++) {
    const factor = units.candidate[row] === 1 ? 4 : 1
    expect(planted.table.duration[row]).toBe(units.duration[row]! * factor)
  }
  expect(planted.expectedBad).toBeGreaterThan(500)
  expect(planted.detectableRatio).toBeLessThan(4)
  const slight = plantRegression(units, { ...plant, effect: 1.02 }, defaultPolicy, 1)
  expect(slight.detectableRatio ?? Infinity).toBeGreaterThan(1.02)
})

test('cohorts come from the attributes, and are of the wanted size', () => {
  const random = createRandom(3)
  for (const share of [0.2, 0.05]) {
    const chosen = chooseCohort(units, share, random)!
    expect(chosen.cohort.length).toBeGreaterThan(0)
    expect(sum(chosen.mask) / units.rows).toBe(chosen.share)
    expect(Math.max(chosen.share / share, share / chosen.share)).toBeLessThanOrEqual(1.8)
  }
  expect(chooseCohort(units, 1, random)).toMatchObject({ cohort: [], share: 1, isKnown: true })
  const bare = { ...units, attributes: units.attributes.slice(0, 1) }
  expect(chooseCohort(bare, 0.01, random)).toBeNull()
})
