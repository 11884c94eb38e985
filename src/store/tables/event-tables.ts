import type { Signal } from '../../signal.ts'
import { logsTable } from './logs-table.ts'
import { metricsTable } from './metrics-table.ts'
import { spansTable } from './spans-table.ts'
import { attributeTypes } from '../../otlp/attribute-type.ts'
import { attributeMapColumn } from './attribute-columns.ts'
import { receivedColumn, segmentColumn, type TableColumn } from './table-column.ts'

export interface EventTable {
  /** Name without the database. */
  readonly name: string
  readonly orderBy: string
  readonly indexes: readonly string[]
  /** All inserted columns but the attributes. */
  readonly columns: readonly TableColumn[]
  /** Columns that the engine computes from those of its row. */
  readonly derived: readonly TableColumn[]
}

export const eventTables: Readonly<Record<Signal, EventTable>> = {
  traces: spansTable,
  logs: logsTable,
  metrics: metricsTable,
}

/** All columns of a table but those of promoted attributes. */
export function fixedColumns(table: EventTable): TableColumn[] {
  const maps = attributeTypes.map(attributeMapColumn)
  return [...table.columns, ...table.derived, receivedColumn, segmentColumn, ...maps]
}
