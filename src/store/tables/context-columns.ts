import type { TableColumn } from './table-column.ts'
import { wordColumn } from './table-column.ts'

/** How many of something the sender left out: dropped_…_count of OTLP. */
export const count = (name: string): TableColumn => ({ name, type: 'UInt32', codec: 'ZSTD(1)' })

export const flags = (name: string, type: 'UInt8' | 'UInt16', comment: string): TableColumn => ({
  name,
  type,
  codec: 'ZSTD(1)',
  comment,
})

/** What OTLP says of resource and scope beside their attributes: the same in every table. */
export const contextColumns: readonly TableColumn[] = [
  wordColumn('resource_schema_url'),
  wordColumn('scope_schema_url'),
  count('resource_dropped_attributes'),
  count('scope_dropped_attributes'),
]
