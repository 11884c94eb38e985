import type { UnitTable } from '../unit-table.ts'
import {
  countsOf,
  durationBuckets,
  emptyCounts,
  type HistoryCounts,
  otherOperations,
} from './history-counts.ts'
import type { HistoryPlan } from './history-plan.ts'

/**
 * The units of a look on the grid of a plan, from the release's start on. Null where the look knows less than what is
 * stored: requests of other versions, or a smaller sample than the time before is read with.
 */
export function countUnits(
  table: UnitTable,
  { operations, oneOf }: { operations: readonly string[]; oneOf: number },
  plan: HistoryPlan,
): HistoryCounts | null {
  const { sample } = table
  if (sample === undefined || !sample.isAllVersions || sample.oneOf > oneOf) return null
  const counts = emptyCounts(0, plan.cutBlocks)
  counts.exposure.fill(1, 0, plan.seenBlocks)
  const own = new Set(operations)
  const names = table.operations.map((name) => (own.has(name) ? name : otherOperations))
  for (let row = 0; row < table.rows; row++) {
    const block = Math.floor((table.at[row]! - plan.start) / plan.blockMillis)
    if (block < 0 || block >= plan.seenBlocks || sample.traces[row]! % oneOf !== 0) continue
    const sum = countsOf(counts, names[table.operation[row]!]!)
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
