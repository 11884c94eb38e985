import type { Signal } from '../../signal.ts'
import { logsTable } from './logs-table.ts'
import { metricsTable } from './metrics-table.ts'
import { spansTable } from './spans-table.ts'
import type { TableColumn } from './table-column.ts'

export interface EventTable {
  /** Name without the database. */
  readonly name: string
  readonly orderBy: string
  readonly indexes: readonly string[]
  /** All inserted columns but the attributes. */
  readonly columns: readonly TableColumn[]
}

export const eventTables: Readonly<Record<Signal, EventTable>> = {
  traces: spansTable,
  logs: logsTable,
  metrics: metricsTable,
}
