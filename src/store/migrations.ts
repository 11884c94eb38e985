import type { ClickHouseClient } from '@clickhouse/client'
import { AftergreenError } from '../errors.ts'
import { addColumnStatements } from './tables/add-column-statements.ts'
import { createTableStatements } from './tables/create-table-statements.ts'
import { partSettingStatements } from './tables/part-setting-statements.ts'
import { quotedIdentifier } from './sql-text.ts'
import type { Placement } from './tables/placement.ts'
import { traceTimesStatements } from './traces/trace-times.ts'

/** One numbered change of the tables. A start that dies in the middle runs it again: every statement must allow that. */
export interface Migration {
  number: number
  name: string
  statements: (database: string, placement?: Placement) => string[]
}

/** In order; never changed once released, only added to. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'event tables', statements: createTableStatements },
  { number: 2, name: 'columns of OTLP 1.11', statements: addColumnStatements },
  { number: 3, name: 'times of traces', statements: traceTimesStatements },
  { number: 4, name: 'parts and merges', statements: partSettingStatements },
  { number: 5, name: 'buckets of traces', statements: addColumnStatements },
]

/**
 * Brings the tables of `database` to the newest of `wanted`, and creates the database where there is none.
 * @returns the names of the migrations that were run
 * @throws ENGINE_START when the tables come from a newer version of the product
 */
export async function migrate(
  client: ClickHouseClient,
  database: string,
  wanted: readonly Migration[] = migrations,
): Promise<string[]> {
  const name = quotedIdentifier(database)
  await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${name}` })
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS ${name}.schema_migrations
      (number UInt32, name String, applied DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY number`,
  })
  const answer = await client.query({
    query: `SELECT DISTINCT number FROM ${name}.schema_migrations ORDER BY number`,
    format: 'JSONEachRow',
  })
  const done = new Set((await answer.json<{ number: number }>()).map(({ number }) => number))
  const newest = Math.max(0, ...wanted.map(({ number }) => number))
  if ([...done].some((number) => number > newest)) {
    throw new AftergreenError(
      'ENGINE_START',
      `The tables of database ${database} were made by a newer version of Aftergreen.`,
      { hint: 'Use that version, or another data folder or database.' },
    )
  }
  const missing = wanted.filter(({ number }) => !done.has(number))
  for (const migration of missing) {
    for (const query of migration.statements(database)) await client.command({ query })
    await client.insert({
      table: `${name}.schema_migrations`,
      values: [{ number: migration.number, name: migration.name }],
      format: 'JSONEachRow',
    })
  }
  return missing.map(({ name }) => name)
}
