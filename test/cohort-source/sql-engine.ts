import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SqlRunner } from '../../src/cohorts/source/sql-population.ts'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import { queryNative } from '../../src/store/query-native.ts'
import { queryRows } from '../../src/store/query-rows.ts'

export interface SqlEngine {
  runner: SqlRunner
  /** Questions that were asked so far. */
  asked: string[]
  command: (sql: string) => Promise<void>
  insert: (table: string, rows: readonly object[]) => Promise<void>
  close: () => Promise<void>
}

/** The real engine in a folder of its own. */
export async function openSqlEngine(): Promise<SqlEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-cohort-source-'))
  const engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
  const client = await engine.client('admin')
  await client.command({ query: 'CREATE DATABASE IF NOT EXISTS aftergreen' })
  const asked: string[] = []
  const options = (signal?: AbortSignal): { as: 'admin'; signal?: AbortSignal } => ({
    as: 'admin',
    ...(signal !== undefined && { signal }),
  })
  return {
    asked,
    runner: {
      async native(sql, parameters, signal) {
        asked.push(sql)
        return await queryNative(engine, sql, { ...parameters }, options(signal))
      },
      async rows(sql, parameters, signal) {
        asked.push(sql)
        return await queryRows(engine, sql, { ...parameters }, options(signal))
      },
      close: async () => {},
    },
    async command(sql) {
      await client.command({ query: sql })
    },
    async insert(table, rows) {
      await client.insert({ table, values: rows.map(asJson), format: 'JSONEachRow' })
    },
    async close() {
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** JSON has neither infinity nor what is not a number: as texts, which the engine reads. */
function asJson(row: object): object {
  const entries = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'number' && !Number.isFinite(value)
      ? Number.isNaN(value)
        ? 'nan'
        : value > 0
          ? 'inf'
          : '-inf'
      : value,
  ])
  return Object.fromEntries(entries) as object
}
