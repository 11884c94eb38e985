import type { Attributes } from '../classify-series.ts'
import type { Side } from '../metric-table.ts'

/** One run of a process: from its start until it ends or starts anew. */
export interface GaugeRun {
  side: Side
  instance: string
  /** ms since 1970; null where it began before anything was read and does not say when. */
  startedAt: number | null
  /** Middle of each bin of time, in ms since 1970, ascending. */
  at: Float64Array
  /** Median of the values in each bin. */
  value: Float64Array
}

/** One gauge or up-down counter with the attributes of its points, over all processes. */
export interface Measure {
  /** `jvm.memory.used{jvm.memory.type=heap}` */
  label: string
  name: string
  attributes: Attributes
  unit: string
  runs: GaugeRun[]
}

/** Levels of the processes of both versions, the baseline's also from before the release. */
export interface GaugeTable {
  binMillis: number
  /** How often the gauges are sent, in ms. */
  intervalMillis: number
  measures: Measure[]
  /** Gauges that were there beyond those read. */
  cut: number
}

/**
 * Of these it is known that more is worse, where it goes on; of any other gauge a rise is shown and never rolled back for.
 */
export function isPressure(name: string): boolean {
  return /memory|heap|rss|descriptor|handle|thread|goroutine|event_?loop|queue|pending|backlog|lag|pool|connection|wait|\bgc\b|utilization|active/i.test(
    name,
  )
}
