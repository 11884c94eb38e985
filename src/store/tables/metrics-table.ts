import { contextColumns } from './context-columns.ts'
import type { TableColumn } from './table-column.ts'
import { enumColumn, listColumn, originColumns } from './table-column.ts'
import { timeColumn, timestamp, wordColumn } from './table-column.ts'

const number = (name: string, type: string): TableColumn => ({ name, type, codec: 'ZSTD(1)' })

/** One row a data point. Columns in the order of insertion, attributes apart. */
export const metricsTable = {
  name: 'metrics',
  orderBy: '(service, name, toDateTime(time))',
  indexes: [],
  columns: [
    timeColumn('time'),
    timeColumn('start_time'),
    wordColumn('name'),
    wordColumn('unit'),
    wordColumn('description'),
    enumColumn('type', [
      'unknown',
      'gauge',
      'sum',
      'histogram',
      'exponential_histogram',
      'summary',
    ]),
    enumColumn('temporality', ['unspecified', 'delta', 'cumulative']),
    number('monotonic', 'Bool'),
    { ...number('no_recorded_value', 'Bool'), comment: 'the series ended: the point has no value' },
    number('value', 'Float64'),
    number('count', 'UInt64'),
    number('sum', 'Nullable(Float64)'),
    number('min', 'Nullable(Float64)'),
    number('max', 'Nullable(Float64)'),
    listColumn('bounds', 'Float64'),
    listColumn('bucket_counts', 'UInt64'),
    number('scale', 'Int32'),
    number('zero_count', 'UInt64'),
    number('zero_threshold', 'Float64'),
    number('positive_offset', 'Int32'),
    listColumn('positive_counts', 'UInt64'),
    number('negative_offset', 'Int32'),
    listColumn('negative_counts', 'UInt64'),
    listColumn('quantile', 'Float64'),
    listColumn('quantile_value', 'Float64'),
    listColumn('exemplar_time', timestamp),
    listColumn('exemplar_value', 'Float64'),
    listColumn('exemplar_trace_id', 'String'),
    listColumn('exemplar_span_id', 'String'),
    listColumn('exemplar_attributes', 'String'),
    ...originColumns,
    ...contextColumns,
    { ...wordColumn('metadata'), comment: 'JSON; an empty string where there is none' },
  ] satisfies readonly TableColumn[],
  derived: [],
}
