import { createRandom } from '../../src/stats/random.ts'
import type { CohortTable } from '../../src/cohorts/cohort-table.ts'
import type { SqlPopulation } from '../../src/cohorts/source/sql-population.ts'

/** One event as it is inserted, and as the tests compute with it. */
export interface EventRow {
  id: string
  user: string
  op: string
  v: string
  country: string | null
  city: string | null
  age: number | null
  n: number | null
  flag: boolean | null
  dur: number | null
  failed: 0 | 1
  weight: number
  k: number
  actual: number
  expected: number
}

export const eventColumns = `id String, user String, op LowCardinality(String), v LowCardinality(String),
  country LowCardinality(Nullable(String)), city Nullable(String), age Nullable(Float64), n Nullable(Int64),
  flag Nullable(Bool), dur Nullable(Float64), failed UInt8, weight Float64, k UInt32, actual Float64, expected Float64`

/** Events of users, with absent values, awkward texts, not a number and infinite ones. */
export function eventRows(rows: number, seed = 1): EventRow[] {
  const random = createRandom(seed)
  const below = (end: number): number => Math.floor(random.uniform() * end)
  const maybe = <T>(value: T): T | null => (random.uniform() < 0.15 ? null : value)
  const texts = ['BR', 'US', "it's", 'back\\slash', '', 'ünï', 'new\nline', '`']
  return Array.from({ length: rows }, (_, i) => {
    const weight = 1 + below(9)
    return {
      id: `row ${i}`,
      user: `user ${below(rows / 8)}`,
      op: `op ${Math.min(below(4), below(4))}`,
      v: below(4) === 0 ? '2' : '1',
      country: maybe(texts[below(texts.length)]!),
      city: maybe(`city ${below(300)}`),
      age: maybe([Number.NaN, Infinity, -Infinity][below(30)] ?? below(200) / 2),
      n: maybe(below(20) - 5),
      flag: maybe(below(2) === 1),
      dur: maybe(below(10) === 0 ? Number.NaN : Math.exp(random.uniform() * 8)),
      failed: below(20) === 0 ? 1 : 0,
      weight,
      k: Math.min(weight, below(3)),
      actual: below(5000) / 8,
      expected: below(5000) / 8,
    }
  })
}

export const isAbsent = (value: number | null): value is null =>
  value === null || Number.isNaN(value)

/** The rows as a table of the search. */
export function tableOf(rows: readonly EventRow[]): CohortTable {
  const category = (
    name: 'country' | 'city' | 'flag' | 'op',
  ): CohortTable['attributes'][number] => {
    const values = [null, ...new Set(rows.map((row) => row[name]).filter((one) => one !== null))]
    const codes = Uint32Array.from(rows, (row) => values.indexOf(row[name]))
    return { name: name === 'op' ? 'operation' : name, kind: 'category', codes, values }
  }
  const number = (name: 'age' | 'n'): CohortTable['attributes'][number] => ({
    name,
    kind: 'number',
    values: Float64Array.from(rows, (row) => row[name] ?? Number.NaN),
  })
  return {
    rows: rows.length,
    candidate: Uint8Array.from(rows, ({ v }) => (v === '2' ? 1 : 0)),
    attributes: [
      category('country'),
      category('city'),
      category('flag'),
      category('op'),
      number('age'),
      number('n'),
    ],
  }
}

export function eventPopulation(
  table: string,
  changes: Partial<SqlPopulation> = {},
): SqlPopulation {
  return {
    from: table,
    where: "op != 'none'",
    candidate: 'v = {two: String}',
    baseline: "v = '1'",
    parameters: { two: '2' },
    attributes: [
      { name: 'country', sql: 'country', type: 'string' },
      { name: 'city', sql: "nullIf(city, 'nowhere')", type: 'string', printed: 'city' },
      { name: 'flag', sql: 'flag', type: 'bool' },
      { name: 'operation', sql: 'op', type: 'string', printed: '`the operation`' },
      { name: 'age', sql: 'age', type: 'number' },
      { name: 'n', sql: 'n', type: 'number' },
    ],
    bad: 'failed',
    duration: 'dur',
    operation: 'op',
    volume: true,
    additive: null,
    unit: 'user',
    unitName: 'user',
    weight: null,
    badCount: null,
    exemplar: 'id',
    exemplarName: 'row',
    notes: [],
    ...changes,
  }
}
