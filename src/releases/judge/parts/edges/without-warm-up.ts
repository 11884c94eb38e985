import { durationBounds } from '../../duration-buckets.ts'
import type { UnitTable } from '../../unit-table.ts'
import { warmingBlocks } from '../../warm-up.ts'
import type { EdgeWindow } from './edge-window.ts'
import type { EdgeCounts } from './load-edges.ts'

/** Edges without the durations of the blocks in which many requests were served by instances that were not warm yet. */
export function withoutWarmUp(
  counts: EdgeCounts,
  table: UnitTable,
  window: EdgeWindow,
): EdgeCounts {
  const isWarming = warmingBlocks(table, window, 'candidate')
  if (!isWarming.includes(1)) return counts
  const nothing = () => new Float64Array(durationBounds.length + 1)
  const edges = counts.edges.map((series) => ({
    ...series,
    durations: series.durations.map((block, i) =>
      isWarming[i] === 1 ? { baseline: nothing(), candidate: nothing() } : block,
    ),
  }))
  return { ...counts, edges }
}
