import type { UnitTable } from '../unit-table.ts'
import {
  countsOf,
  durationBuckets,
  emptyCounts,
  type HistoryCounts,
  type OperationCounts,
  otherOperations,
} from './history-counts.ts'

/** Blocks `first` to `until - 1` of a grid whose block 0 begins at `origin`; the list has room for so many from `first` on. */
export interface CountedGrid {
  /** Milliseconds since the epoch. */
  origin: number
  blockMillis: number
  first: number
  until: number
  blocks: number
}

/**
 * The units of a look on a grid of time that the look covers. Null where the look knows less than what is stored: requests
 * of other versions, or a smaller sample than the time before is read with.
 */
export function countUnits(
  table: UnitTable,
  { operations, oneOf }: { operations: readonly string[]; oneOf: number },
  { origin, blockMillis, first, until, blocks }: CountedGrid,
): HistoryCounts | null {
  const { sample } = table
  if (sample === undefined || !sample.isAllVersions || sample.oneOf > oneOf) return null
  const counts = emptyCounts(first, blocks)
  counts.exposure.fill(1, 0, until - first)
  const own = new Set(operations)
  const names = table.operations.map((name) => (own.has(name) ? name : otherOperations))
  const sums: (OperationCounts | undefined)[] = []
  const isAll = oneOf <= sample.oneOf
  for (let row = 0; row < table.rows; row++) {
    const block = Math.floor((table.at[row]! - origin) / blockMillis) - first
    if (block < 0 || block >= until - first) continue
    if (!isAll && sample.traces[row]! % oneOf !== 0) continue
    const sum = (sums[table.operation[row]!] ??= countsOf(counts, names[table.operation[row]!]!))
    sum.requests[block]! += 1
    sum.failed[block]! += table.failed[row]!
    sum.silent[block]! += table.silent[row]!
    sum.durations[block * durationBuckets + bucketOf(table.duration[row]!)]! += 1
  }
  return counts
}

/** As the engine counts them: the buckets of `durationBounds`, computed. */
function bucketOf(millis: number): number {
  const bucket = Math.ceil(4 * Math.log10(Math.max(millis, 1e-6)))
  return Math.min(durationBuckets - 1, Math.max(0, bucket))
}
