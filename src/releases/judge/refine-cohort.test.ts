import { expect, test } from 'vitest'
import type { Cohort } from '../../cohorts/cohort.ts'
import { tableOf, type UnitRow } from '../testing/table-of.ts'
import { notCounted } from './measures.ts'
import { refineCohort } from './refine-cohort.ts'

/** The candidate's units at ages 0 to 99, in two plans, with a quiet baseline. */
function units(fails: (age: number, plan: string) => boolean): UnitRow[] {
  return Array.from({ length: 400 }, (_, i): UnitRow => {
    const age = i % 100
    const plan = i < 200 ? 'free' : 'plus'
    return { candidate: true, failed: fails(age, plan), attributes: { age, plan } }
  })
}

const free = { attribute: 'plan', op: '=', value: 'free' } as const
const range = (low: number | null, high: number | null) =>
  ({ attribute: 'age', op: 'range', low, high }) as const

function refined(rows: readonly UnitRow[], cohort: Cohort): Cohort {
  const table = tableOf(rows)
  return refineCohort(table, cohort, table.failed)
}

test('the ends of a range move to where the failures begin and end, within the other conditions', () => {
  const rows = units((age, plan) => (plan === 'free' ? age >= 30 && age < 60 : age % 7 === 0))
  expect(refined(rows, [free, range(25, 70)])).toEqual([free, range(30, 60)])
  expect(refined(rows, [free, range(25, 70), free]).map(({ op }) => op)).toEqual([
    '=',
    'range',
    '=',
  ])
})

test('a sliver of what was tested is another claim', () => {
  // half of all fail, and by chance all of three neighbours
  const rows = units((age) => age % 2 === 0 || (age >= 40 && age < 45))
  expect(refined(rows, [range(0, 90)])).toEqual([range(0, 90)])
})

test('conditions without a range, unknown attributes and rows that do not count change nothing', () => {
  const rows = units((age) => age >= 30 && age < 60)
  expect(refined(rows, [free])).toEqual([free])
  const unknown = { ...range(1, 2), attribute: 'nothing' }
  expect(refined(rows, [unknown])).toEqual([unknown])
  const table = tableOf(rows)
  const none = new Uint8Array(table.rows).fill(notCounted)
  expect(refineCohort(table, [range(25, 70)], none)).toEqual([range(25, 70)])
})
