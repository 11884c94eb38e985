import type { TableColumn } from './table-column.ts'

/** A power of two. */
export const traceBuckets = 4

/** SQL of a trace's hash, 64 bits. @param trace SQL of its id */
export const traceHashOf = (trace: string): string => `cityHash64(${trace}, 'units')`

/** SQL of the bucket that it falls in, 0 to `traceBuckets` - 1. */
export const traceBucketOf = (trace: string): string => `${traceHashOf(trace)} % ${traceBuckets}`

/**
 * Which bucket a trace falls in, by its hash. The spans of an hour are sorted by it, so that who asks for a sample of the
 * traces does not read all of them. A column, since merges would otherwise read and hash every id again.
 */
export const traceBucketColumn: TableColumn = {
  name: 'trace_bucket',
  type: 'UInt8',
  default: traceBucketOf('trace_id'),
  codec: 'ZSTD(1)',
  comment: 'of the hash of trace_id',
}
