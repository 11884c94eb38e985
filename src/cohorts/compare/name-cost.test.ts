import { expect, test } from 'vitest'

import type { CohortTable } from '../cohort-table.ts'
import { nameCost } from './name-cost.ts'

const rows = 600
const table: CohortTable = {
  rows,
  candidate: Uint8Array.from({ length: rows }, (_, row) => row & 1),
  attributes: [
    {
      name: 'store',
      kind: 'category',
      // thirty values in 10 rows of the candidate each, one in a single row
      codes: Uint16Array.from({ length: rows }, (_, row) =>
        row === 1 ? 31 : 1 + ((row >> 1) % 30),
      ),
      values: [null, ...Array.from({ length: 31 }, (_, index) => `store-${index}`)],
    },
    { name: 'load', kind: 'number', values: Float64Array.from({ length: rows }, (_, row) => row) },
    {
      name: 'cart',
      kind: 'number',
      values: Float64Array.from({ length: rows }, (_, row) => row % 4),
    },
  ],
}

test('a name costs the log of how many there are of its shape', () => {
  const cost = nameCost(table, 6)
  const store = { attribute: 'store', op: '=', value: 'store-1' } as const
  expect(cost([])).toBe(0)
  expect(cost([store])).toBeCloseTo(Math.log(3 * 31), 9)
  const load = { attribute: 'load', op: 'range', low: 1, high: 20 } as const
  expect(cost([store, load])).toBeCloseTo(Math.log((3 * 3) / 2) + Math.log(31 * 820), 9)
  expect(cost([{ ...load, attribute: 'cart' }])).toBeCloseTo(Math.log(3 * 10), 9)
  const some = { attribute: 'store', op: 'in', values: ['store-1', 'store-2'] } as const
  expect(cost([some])).toBeCloseTo(Math.log((3 * 30 * 29) / 2), 9)
})
