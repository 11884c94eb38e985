import { attributeTypes } from '../../otlp/attribute-type.ts'
import { attributeMapColumn, initialPromotions, promotedColumn } from './attribute-columns.ts'
import type { EventTable } from './event-tables.ts'
import { eventTables } from './event-tables.ts'
import { columnDefinition, receivedColumn } from './table-column.ts'
import { tableSettings } from './table-settings.ts'

/** The statements that create the database and the event tables; running them again changes nothing. */
export function createTableStatements(database: string): string[] {
  const name = `\`${database.replace(/[`\\]/g, '\\$&')}\``
  return [
    `CREATE DATABASE IF NOT EXISTS ${name}`,
    ...Object.values(eventTables).map((table) => createTable(name, table)),
  ]
}

const settings = Object.entries(tableSettings)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ')

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
