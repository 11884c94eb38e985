import { attributeTypes } from '../../otlp/attribute-type.ts'
import { attributeMapColumn, initialPromotions, promotedColumn } from './attribute-columns.ts'
import type { EventTable } from './event-tables.ts'
import { eventTables } from './event-tables.ts'
import { columnDefinition, receivedColumn } from './table-column.ts'

/** The statements that create the database and the event tables; running them again changes nothing. */
export function createTableStatements(database: string): string[] {
  const name = `\`${database.replace(/[`\\]/g, '\\$&')}\``
  return [
    `CREATE DATABASE IF NOT EXISTS ${name}`,
    ...Object.values(eventTables).map((table) => createTable(name, table)),
  ]
}

// Reading one key of a map reads only its bucket, but the engine's default minimum size switches
// buckets off for ordinary spans: it has to be explicit.
const settings = `non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 1`

function createTable(database: string, table: EventTable): string {
  const columns = [
    ...table.columns,
    receivedColumn,
    ...attributeTypes.map(attributeMapColumn),
    ...initialPromotions.map(([type, key]) => promotedColumn(type, key)),
  ]
  const lines = [...columns.map(columnDefinition), ...table.indexes]
  return `CREATE TABLE IF NOT EXISTS ${database}.${table.name} (
  ${lines.join(',\n  ')}
) ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY ${table.orderBy}
SETTINGS ${settings}`
}
