import { expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import { cohortMask, type CohortTable } from './cohort-table.ts'
import type { Cohort } from './cohort.ts'
import { balanced, balanceWeights, mixBalance } from './mix-balance.ts'
import { plantedTable } from './testing/planted-table.ts'
import { shuffled } from './testing/shuffled.ts'

/** Weighted share of a side's rows that lie in a cohort. */
function share(table: CohortTable, cohort: Cohort, side: 0 | 1, weights: Float64Array): number {
  const mask = cohortMask(table, cohort)
  let [inside, all] = [0, 0]
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] !== side) continue
    all += weights[row]!
    inside += mask[row]! * weights[row]!
  }
  return inside / all
}

const shifted = plantedTable({ seed: 5, mixShift: 0.3 })
const ones = new Float64Array(shifted.table.rows).fill(1)

test('the same mix on both sides needs no weights', () => {
  for (const seed of [1, 2, 3]) expect(mixBalance(plantedTable({ seed }).table)).toEqual(balanced)
})

test('the baseline gets the mix of the candidate, in what shifted and in what depends on it', () => {
  const balance = mixBalance(shifted.table)
  expect(balance.factors.map(({ attribute }) => attribute)).toEqual(['app.country'])
  const weights = balanceWeights(shifted.table, balance)
  for (const cohort of [
    [{ attribute: 'app.country', op: '=', value: 'country-1' }],
    [{ attribute: 'app.country', op: '=', value: 'country-12' }],
    [{ attribute: 'app.locale', op: '=', value: 'locale-1' }],
  ] as const) {
    const wanted = share(shifted.table, cohort, 1, ones)
    expect(Math.abs(share(shifted.table, cohort, 0, ones) - wanted)).toBeGreaterThan(0.003)
    expect(Math.abs(share(shifted.table, cohort, 0, weights) - wanted)).toBeLessThan(0.002)
  }
  // rows of the candidate keep their weight, and unequal weights count for fewer rows
  expect(weights.every((weight, row) => shifted.table.candidate[row] === 0 || weight === 1)).toBe(
    true,
  )
  const rows = shifted.table.candidate.reduce((sum, side) => sum + 1 - side, 0)
  const sum = weights.reduce(
    (all, weight, row) => all + (1 - shifted.table.candidate[row]!) * weight,
    0,
  )
  expect(sum).toBeLessThan(rows)
  expect(sum).toBeGreaterThan(0.6 * rows)
})

test('a number that shifted is balanced by bins', () => {
  const { table } = plantedTable({ seed: 6 })
  const random = createRandom(6)
  const hour = table.attributes.find(({ name }) => name === 'app.hour')!
  if (hour.kind !== 'number') throw new Error('no number')
  hour.values.forEach((value, row) => {
    if (table.candidate[row] === 1 && random.uniform() < 0.2) hour.values[row] = value % 6
  })
  const balance = mixBalance(table)
  expect(balance.factors.map(({ attribute, kind }) => [attribute, kind])).toEqual([
    ['app.hour', 'number'],
  ])
  const night = [{ attribute: 'app.hour', op: 'range', low: null, high: 6 }] as const
  const weights = balanceWeights(table, balance)
  expect(share(table, night, 0, weights)).toBeCloseTo(share(table, night, 1, ones), 2)
})

test('a sample in which rows stand for many is no shift by itself', () => {
  const { table } = plantedTable({ seed: 7, rows: 6000 })
  const weights = new Float64Array(table.rows).fill(50)
  expect(mixBalance({ ...table, weights })).toEqual(balanced)
})

test('factors are multiples of 1/1024, and the order of the rows makes no difference', () => {
  const balance = mixBalance(shifted.table)
  const all = balance.factors.flatMap(({ factors }) => [...factors])
  for (const factor of [...all, balance.scale, ...balanceWeights(shifted.table, balance)]) {
    expect(Number.isInteger(factor * 1024)).toBe(true)
    expect(factor).toBeGreaterThan(0)
  }
  expect(mixBalance(shuffled(shifted, 3).table)).toEqual(balance)
})

test('a table without the attributes counts as one where they are absent', () => {
  const balance = mixBalance(shifted.table)
  const bare: CohortTable = { rows: 2, candidate: Uint8Array.of(0, 1), attributes: [] }
  const [weight, one] = balanceWeights(bare, balance)
  expect(one).toBe(1)
  expect(weight).toBeGreaterThan(0)
})
