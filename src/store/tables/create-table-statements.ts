import type { Signal } from '../../signal.ts'
import { signals } from '../../signal.ts'
import { quotedIdentifier, quotedText } from '../sql-text.ts'
import { initialColumns } from './attribute-columns.ts'
import { eventTables, fixedColumns } from './event-tables.ts'
import { oneServer, type Placement, rowsTable } from './placement.ts'
import { columnDefinition } from './table-column.ts'
import { tableSettings } from './table-settings.ts'

/**
 * The statements that create the database and the event tables; running them again changes nothing. In a cluster every
 * server has a table of its own rows and one that spreads what it is given over all of them.
 */
export function createTableStatements(
  database: string,
  placement: Placement = oneServer,
): string[] {
  return [
    `CREATE DATABASE IF NOT EXISTS ${quotedIdentifier(database)}`,
    ...signals.map((signal) => createRowsTable(database, signal, placement)),
    ...signals.flatMap((signal) => createSpreadTable(database, signal, placement)),
  ]
}

/** What lies together on one shard: a trace with its logs, else the rows of one service and series. */
const shardingKeys: Readonly<Record<Signal, string>> = {
  traces: 'cityHash64(trace_id)',
  logs: "cityHash64(if(trace_id = '', concat(service, service_instance), trace_id))",
  metrics: 'cityHash64(service, name)',
}

function createRowsTable(database: string, signal: Signal, placement: Placement): string {
  const table = eventTables[signal]
  const columns = [...fixedColumns(table), ...initialColumns]
  const lines = [...columns.map(columnDefinition), ...table.indexes]
  const rows = rowsTable(table.name, placement)
  return `CREATE TABLE IF NOT EXISTS ${quotedIdentifier(database)}.${rows} (
  ${lines.join(',\n  ')}
) ENGINE = ${engineOf(database, rows, placement)}
PARTITION BY toDate(time)
ORDER BY ${table.orderBy}
SETTINGS ${settingsOf(placement)}`
}

function engineOf(database: string, table: string, { replicated }: Placement): string {
  if (!replicated) return 'MergeTree'
  const path = quotedText(`/clickhouse/tables/{shard}/${database}/${table}`)
  return `ReplicatedMergeTree(${path}, '{replica}')`
}

function settingsOf({ replicated }: Placement): string {
  const { non_replicated_deduplication_window: window, ...others } = tableSettings
  const settings = replicated
    ? { replicated_deduplication_window: window, ...others }
    : tableSettings
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')
}

function createSpreadTable(database: string, signal: Signal, placement: Placement): string[] {
  const { cluster } = placement
  if (cluster === undefined) return []
  const { name } = eventTables[signal]
  const rows = rowsTable(name, placement)
  return [
    `CREATE TABLE IF NOT EXISTS ${quotedIdentifier(database)}.${name} AS ${quotedIdentifier(database)}.${rows}
ENGINE = Distributed(${quotedIdentifier(cluster)}, ${quotedIdentifier(database)}, ${rows}, ${shardingKeys[signal]})`,
  ]
}
