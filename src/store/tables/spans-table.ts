import { contextColumns, count, flags } from './context-columns.ts'
import type { TableColumn } from './table-column.ts'
import { enumColumn, listColumn, originColumns, textColumn } from './table-column.ts'
import { timeColumn, timestamp, word, wordColumn } from './table-column.ts'
import { traceBucketColumn } from './trace-bucket.ts'

/** One row a span. Columns in the order of insertion, attributes apart. */
export const spansTable = {
  name: 'spans',
  // within an hour by share of the traces, for samples, and by operation, because its spans have the same attributes:
  // docs/decisions/0007-sort-key.md
  orderBy: '(service, toStartOfHour(time), trace_bucket, name, toDateTime(time))',
  indexes: ['INDEX trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1'],
  columns: [
    timeColumn('time'),
    { name: 'duration', type: 'UInt64', codec: 'T64, ZSTD(1)', comment: 'nanoseconds' },
    textColumn('trace_id'),
    textColumn('span_id'),
    textColumn('parent_span_id'),
    textColumn('trace_state'),
    wordColumn('name'),
    enumColumn('kind', ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']),
    enumColumn('status', ['unset', 'ok', 'error']),
    textColumn('status_message'),
    ...originColumns,
    {
      name: 'weight',
      type: 'Float64',
      codec: 'ZSTD(1)',
      comment: 'how many spans this one stands for: 1 / sampling probability',
    },
    listColumn('event_time', timestamp),
    listColumn('event_name', word),
    listColumn('event_attributes', 'String'),
    listColumn('link_trace_id', 'String'),
    listColumn('link_span_id', 'String'),
    listColumn('link_attributes', 'String'),
    ...contextColumns,
    flags(
      'flags',
      'UInt16',
      'W3C trace flags; 256: it is known whether the parent is remote, 512: it is',
    ),
    count('dropped_attributes'),
    count('dropped_events'),
    count('dropped_links'),
    // these lists are empty where they would hold only 0 or ''
    listColumn('event_dropped_attributes', 'UInt32'),
    listColumn('link_trace_state', 'String'),
    listColumn('link_flags', 'UInt16'),
    listColumn('link_dropped_attributes', 'UInt32'),
  ] satisfies readonly TableColumn[],
  derived: [traceBucketColumn],
}
