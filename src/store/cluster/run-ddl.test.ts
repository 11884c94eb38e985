import { expect, test } from 'vitest'
import { migrations } from '../migrations.ts'
import { addColumnsStatements } from '../promotion/add-columns.ts'
import { createTableStatements } from '../tables/create-table-statements.ts'
import { onCluster } from './run-ddl.ts'

const replicated = { cluster: 'prod`1', replicated: true }
const sharded = { cluster: 'prod', replicated: false }
const column = { type: 'string', key: 'x', plain: false } as const

test('with a keeper every statement about tables runs on the cluster', () => {
  const statements = [
    ...migrations.flatMap(({ statements }) => statements('my`db', replicated)),
    ...addColumnsStatements('my`db', 'spans', [column], 0, replicated),
    "ALTER TABLE `my`.`spans_local` DROP PARTITION ID '20260101'",
  ]
  const missing = statements
    .map((statement) => onCluster(statement, replicated))
    .filter((statement) => !statement.includes(' ON CLUSTER `prod\\`1`'))
  expect(missing).toEqual([])
  expect(onCluster('ALTER TABLE `a\\`b`.`c` ADD COLUMN x Int8', replicated)).toBe(
    'ALTER TABLE `a\\`b`.`c` ON CLUSTER `prod\\`1` ADD COLUMN x Int8',
  )
  expect(() => onCluster('DROP DATABASE x', replicated)).toThrow(TypeError)
})

test('without one, or on one server, statements stay as they are', () => {
  const statement = 'CREATE DATABASE IF NOT EXISTS `x`'
  expect(onCluster(statement, sharded)).toBe(statement)
  expect(onCluster(statement, { cluster: undefined, replicated: false })).toBe(statement)
  const all = migrations.flatMap(({ statements }) => statements('db', sharded))
  expect(all.filter((one) => one.includes('ON CLUSTER'))).toEqual([])
})

test('replicated tables are named by shard and replica, and know inserts by their token', () => {
  const tables = createTableStatements('db', replicated).filter((one) => one.includes('_local ('))
  expect(tables).toHaveLength(3)
  for (const table of tables) {
    expect(table).toMatch(
      /ENGINE = ReplicatedMergeTree\('\/clickhouse\/tables\/\{shard\}\/db\/(spans|logs|metrics)_local', '\{replica\}'\)/,
    )
    expect(table).toContain(' replicated_deduplication_window = 10000')
    expect(table).not.toContain('non_replicated_deduplication_window')
  }
})

test('rows are spread so that a trace lies on one shard', () => {
  const spread = createTableStatements('db', sharded).filter((one) => one.includes('Distributed('))
  expect(spread.map((one) => /Distributed\(.*\)/.exec(one)?.[0])).toEqual([
    'Distributed(`prod`, `db`, spans_local, cityHash64(trace_id))',
    "Distributed(`prod`, `db`, logs_local, cityHash64(if(trace_id = '', concat(service, service_instance), trace_id)))",
    'Distributed(`prod`, `db`, metrics_local, cityHash64(service, name))',
  ])
})
