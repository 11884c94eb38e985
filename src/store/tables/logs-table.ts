import { contextColumns, count, flags } from './context-columns.ts'
import type { TableColumn } from './table-column.ts'
import { originColumns, textColumn, timeColumn, wordColumn } from './table-column.ts'

/** One row a log record. Columns in the order of insertion, attributes apart. */
export const logsTable = {
  name: 'logs',
  orderBy: '(service, toDateTime(time))',
  indexes: ['INDEX trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1'],
  columns: [
    timeColumn('time'),
    timeColumn('observed_time'),
    textColumn('trace_id'),
    textColumn('span_id'),
    { name: 'severity_number', type: 'UInt8', codec: 'ZSTD(1)' },
    wordColumn('severity_text'),
    wordColumn('event_name'),
    textColumn('body'),
    ...originColumns,
    ...contextColumns,
    flags('flags', 'UInt8', 'W3C trace flags'),
    count('dropped_attributes'),
  ] satisfies readonly TableColumn[],
  derived: [],
}
