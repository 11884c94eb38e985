/** Events in two tables of the real engine, in different orders, and the same in memory. */
import { afterAll } from 'vitest'
import type { Cohort } from '../../src/cohorts/cohort.ts'
import type { CohortTable } from '../../src/cohorts/cohort-table.ts'
import type { CohortSource } from '../../src/cohorts/compare/cohort-source.ts'
import type { SqlPopulation } from '../../src/cohorts/source/sql-population.ts'
import { sqlSource } from '../../src/cohorts/source/sql-source.ts'
import { createRandom } from '../../src/stats/random.ts'
import { eventColumns, eventPopulation, type EventRow, eventRows, tableOf } from './event-rows.ts'
import { openSqlEngine, type SqlEngine } from './sql-engine.ts'

export interface EventSource {
  engine: SqlEngine
  rows: readonly EventRow[]
  table: CohortTable
  /** Per row: half and bucket, by the engine's hash. */
  places: readonly { half: number; bucket: number }[]
  source: (changes?: Partial<SqlPopulation>, from?: string) => CohortSource
}

/** One for all tests of the file that asks; its engine ends with them. */
export async function openEventSource(): Promise<EventSource> {
  const rows = eventRows(20_000)
  const engine = await openSqlEngine()
  afterAll(() => engine.close())
  for (const name of ['events', 'shuffled']) {
    await engine.command(
      `CREATE TABLE aftergreen.${name} (${eventColumns}) ENGINE = MergeTree ORDER BY tuple()`,
    )
  }
  await engine.insert('aftergreen.events', rows)
  const random = createRandom(7)
  const shuffled = rows
    .map((row) => ({ row, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ row }) => row)
  const ends = [0, 3000, 12_000, rows.length]
  for (const [i, end] of ends.slice(1).entries())
    await engine.insert('aftergreen.shuffled', shuffled.slice(ends[i], end))
  const hashes = await engine.runner.rows<{ id: string; half: number; bucket: number }>(
    `SELECT id, bitAnd(cityHash64(user, 'unit'), 1) AS half, bitAnd(bitShiftRight(cityHash64(user, 'unit'), 1), 255) AS bucket
     FROM aftergreen.events`,
    {},
  )
  const byId = new Map(hashes.map((one) => [one.id, one]))
  return {
    engine,
    rows,
    table: tableOf(rows),
    places: rows.map(({ id }) => byId.get(id)!),
    source: (changes, from = 'aftergreen.events') =>
      sqlSource(eventPopulation(from, changes), engine.runner),
  }
}

/** Every kind of condition. */
export const cohorts: Cohort[] = [
  [],
  [{ attribute: 'country', op: '=', value: 'BR' }],
  [{ attribute: 'country', op: '=', value: "it's" }],
  [{ attribute: 'country', op: '=', value: 'back\\slash' }],
  [{ attribute: 'country', op: '=', value: '' }],
  [{ attribute: 'country', op: '=', value: 'new\nline' }],
  [{ attribute: 'country', op: 'in', values: ['US', '`', 'ünï'] }],
  [{ attribute: 'country', op: 'absent' }],
  [{ attribute: 'city', op: 'in', values: ['city 1', 'city 2', 'city 3'] }],
  [{ attribute: 'age', op: 'range', low: 30, high: 60 }],
  [{ attribute: 'age', op: 'range', low: null, high: 10.5 }],
  [{ attribute: 'age', op: 'range', low: 80, high: null }],
  [{ attribute: 'age', op: 'range', low: null, high: null }],
  [{ attribute: 'age', op: 'absent' }],
  [{ attribute: 'age', op: '=', value: Infinity }],
  [{ attribute: 'n', op: '=', value: -3 }],
  [{ attribute: 'n', op: 'in', values: [1, 2.5, 4] }],
  [{ attribute: 'n', op: 'absent' }],
  [{ attribute: 'flag', op: '=', value: true }],
  [{ attribute: 'flag', op: '=', value: false }],
  [{ attribute: 'flag', op: 'absent' }],
  [{ attribute: 'unheard of', op: 'absent' }],
  [{ attribute: 'unheard of', op: '=', value: 'x' }],
  [{ attribute: 'country', op: '=', value: 3 }],
  [
    { attribute: 'operation', op: '=', value: 'op 1' },
    { attribute: 'flag', op: '=', value: true },
    { attribute: 'age', op: 'range', low: 10, high: 70 },
  ],
  [
    { attribute: 'n', op: 'absent' },
    { attribute: 'city', op: 'absent' },
  ],
]
