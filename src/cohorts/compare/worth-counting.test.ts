import { expect, test } from 'vitest'

import type { CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { worthCounting } from './worth-counting.ts'

const rows = 1000
const table: CohortTable = {
  rows,
  candidate: new Uint8Array(rows),
  attributes: [
    { name: 'at', kind: 'number', values: Float64Array.from({ length: rows }, (_, row) => row) },
  ],
}
const between = (low: number, high: number): Cohort => [{ attribute: 'at', op: 'range', low, high }]
const suggestion = (cohort: Cohort, alternatives: Cohort[] = []) => ({
  measure: 'rate',
  cohort,
  alternatives,
})

test('alternatives are counted along where they are about as large, and there is room', () => {
  const own = between(0, 100)
  const [half, wide, other] = [between(0, 50), between(0, 900), between(10, 110)]
  expect(worthCounting([suggestion(own, [[], wide, half, own, other])], table)).toEqual([
    own,
    half,
    other,
  ])
  const many = Array.from({ length: 60 }, (_, i) =>
    suggestion(between(i, i + 10), [between(i, i + 11)]),
  )
  const counted = worthCounting(many, table)
  expect(counted).toHaveLength(63)
  expect(counted.slice(0, 60)).toEqual(many.map(({ cohort }) => cohort))
})
