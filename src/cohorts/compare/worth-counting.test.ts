import { expect, test } from 'vitest'

import type { CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { formatCohort } from '../format-cohort.ts'
import type { Suggested } from './discover.ts'
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
const counting = (suggested: readonly Suggested[], maxOrder: number): Cohort[] =>
  worthCounting(suggested, { table, measures: [], maxOrder }).counted
const suggestion = (cohort: Cohort, alternatives: Cohort[] = []) => ({
  measure: 'rate',
  cohort,
  alternatives,
})

test('what lacks a condition, or has one more, is counted along too', () => {
  const named = (attribute: string): Cohort => [{ attribute, op: 'absent' }]
  const [own, other] = [[...between(0, 100), ...named('gone')], named('lost')]
  const counted = (maxOrder: number) =>
    counting([suggestion(own, [other])], maxOrder).map(formatCohort)
  // absent attributes are absent everywhere: without the range it is ten times as wide
  expect(counted(2)).toEqual(['0 <= at < 100 and gone is absent', '0 <= at < 100'])
  expect(counted(3)).toEqual([
    '0 <= at < 100 and gone is absent',
    '0 <= at < 100',
    'gone is absent and lost is absent and 0 <= at < 100',
  ])
})

test('alternatives are counted along where they are about as large, and there is room', () => {
  const own = between(0, 100)
  const [half, wide, other] = [between(0, 50), between(0, 900), between(10, 110)]
  expect(counting([suggestion(own, [[], wide, half, own, other])], 1)).toEqual([own, half, other])
  const many = Array.from({ length: 60 }, (_, i) =>
    suggestion(between(i, i + 10), [between(i, i + 11)]),
  )
  const counted = counting(many, 1)
  expect(counted).toHaveLength(63)
  expect(counted.slice(0, 60)).toEqual(many.map(({ cohort }) => cohort))
})
