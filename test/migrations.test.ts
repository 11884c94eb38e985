import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import type { Engine } from '../src/store/engine/engine.ts'
import { migrate, migrations } from '../src/store/migrations.ts'
import { queryRows } from '../src/store/query-rows.ts'
import { addColumnStatements } from '../src/store/tables/add-column-statements.ts'
import { eventTables, fixedColumns } from '../src/store/tables/event-tables.ts'
import { traceBucketOf } from '../src/store/tables/trace-bucket.ts'
import { AdaptingTables } from './promotion/adapting-tables.ts'

let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-migrations-'))
  engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
})

afterAll(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

test('tables of the first version get what they lack, and their rows stay readable', async () => {
  const client = await engine.client('admin')
  const database = 'of_version_1'
  const fixture = await readFile(
    new URL('./store/tables-of-version-1.sql', import.meta.url),
    'utf8',
  )
  for (const query of fixture.replaceAll('`aftergreen`', database).split(/;\s*\n\n/)) {
    await client.command({ query })
  }
  await migrate(client, database, [{ ...migrations[0]!, statements: () => [] }])
  await client.command({
    query: `INSERT INTO ${database}.spans (time, trace_id, service, name, attributes_int, attr_http_route)
      VALUES (now64(9), 'b7', 'shop', 'old', map('shop.cart', 3), '/pay')`,
  })
  const tables = await AdaptingTables.open(engine, database)
  onTestFinished(() => tables.promotion.close())
  await tables.write(Array.from({ length: 5 }, () => ({ 'shop.cart': 1 })))
  const missing = []
  for (const table of Object.values(eventTables)) {
    const rows = await queryRows<{ name: string; type: string }>(
      engine,
      `SELECT name, type FROM system.columns WHERE database = '${database}' AND table = '${table.name}'`,
      {},
      { as: 'admin' },
    )
    const types = new Map(rows.map(({ name, type }) => [name, type]))
    missing.push(...fixedColumns(table).filter(({ name, type }) => types.get(name) !== type))
  }
  expect(missing).toEqual([])
  expect(await tables.values('shop.cart', 'int', `name = 'old'`)).toEqual({ 3: 1 })
  expect(await tables.values('http.route', 'string', `name = 'old'`)).toEqual({ '/pay': 1 })
  expect(
    await tables.query(`SELECT count() AS rows FROM ${database}.spans
      WHERE trace_id = 'b7' AND trace_bucket = ${traceBucketOf('trace_id')}`),
  ).toEqual([{ rows: 1 }])
  expect(await tables.query(`SELECT count() AS rows FROM ${database}.spans`)).toEqual([{ rows: 6 }])
  expect(await migrate(client, database)).toEqual([])
  const before = await queryRows(
    engine,
    `SELECT * FROM ${database}.spans WHERE name = 'old'`,
    {},
    { as: 'admin' },
  )
  expect(before).toHaveLength(1)
  const settings = await queryRows<{ table: string }>(
    engine,
    `SELECT name AS table FROM system.tables WHERE database = '${database}'
     AND create_table_query LIKE '%merge_selector_base = 10%'
     AND create_table_query LIKE '%min_bytes_for_wide_part = 134217728%' ORDER BY name`,
    {},
    { as: 'admin' },
  )
  expect(settings.map(({ table }) => table)).toEqual(['logs', 'metrics', 'spans'])
})

test('in a cluster the tables that hold rows come before those that spread them', () => {
  const statements = addColumnStatements('events', { cluster: 'c', replicated: false })
  expect(statements.map((text) => /^ALTER TABLE (\S+)/.exec(text)?.[1])).toEqual(
    ['spans_local', 'spans', 'logs_local', 'logs', 'metrics_local', 'metrics'].map(
      (name) => `\`events\`.${name}`,
    ),
  )
})
