import { expect, test } from 'vitest'
import type { CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { formatCohort } from '../format-cohort.ts'
import { otherEnds } from './other-ends.ts'

const rows = 1200
/** From 100 to 160, and only on phones, every second event of the candidate is slow; few are very slow, up to 220. */
const table: CohortTable = {
  rows,
  candidate: Uint8Array.from({ length: rows }, (_, row) => row % 2),
  attributes: [
    {
      name: 'device',
      kind: 'category',
      codes: Uint16Array.from({ length: rows }, (_, row) => 1 + Math.floor(row / (rows / 2))),
      values: [null, 'phone', 'desktop'],
    },
    {
      name: 'amount',
      kind: 'number',
      values: Float64Array.from({ length: rows }, (_, row) => row % (rows / 2)),
    },
  ],
}
const slowOn = (isSlow: (amount: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: rows }, (_, row) =>
    row < rows / 2 && row % 2 === 1 && isSlow(row) ? 1 : 0,
  )
const slow = slowOn((amount) => amount >= 100 && amount < 160 && amount % 4 === 1)
const verySlow = slowOn((amount) => [101, 117, 121, 149, 219].includes(amount))
const cohort = (low: number, high: number): Cohort => [
  { attribute: 'device', op: '=', value: 'phone' },
  { attribute: 'amount', op: 'range', low, high },
]

test('a range has the ends that another level of latency shows', () => {
  const measures = [
    { name: 'slow p90', kind: 'share', bad: slow },
    { name: 'slow p99', kind: 'share', bad: verySlow },
  ] as const
  const found = otherEnds(cohort(100, 220), { table, measures }).map(formatCohort)
  expect(found).toContain('device = "phone" and 100 <= amount < 160')
  expect(found).not.toContain(formatCohort(cohort(100, 220)))
  const lessKnown = otherEnds(cohort(100, 220), { table, measures: measures.slice(1) })
  expect(lessKnown.map(formatCohort)).not.toContain('device = "phone" and 100 <= amount < 160')
})

test('where nobody of the candidate was taken that is well, rows of the baseline say where a range ends', () => {
  const bad = slow.map((flag, row) => (table.candidate[row] === 1 && flag === 0 ? 255 : flag))
  const measures = [{ name: 'rate', kind: 'share', bad }] as const
  const found = otherEnds(cohort(90, 400), { table, measures }).map(formatCohort)
  expect(found).toContain('device = "phone" and 100 <= amount < 160')
})

test('a cohort without a range has no ends', () => {
  const measures = [{ name: 'slow p90', kind: 'share', bad: slow }] as const
  expect(otherEnds(cohort(1, 2).slice(0, 1), { table, measures })).toEqual([])
})
