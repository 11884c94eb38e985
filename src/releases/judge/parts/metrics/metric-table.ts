import type { Attributes } from './classify-series.ts'
import type { MetricRole } from './known-metrics.ts'

export type Side = 'candidate' | 'baseline'

/** The requests that one or several series of one process count, by block of time. */
export interface MetricGroup {
  side: Side
  role: MetricRole
  metric: string
  operation: string
  failed: boolean
  instance: string
  /** What cohorts are made of, without what names the operation or says how a request ended. */
  attributes: Attributes
  /** By block. */
  requests: Float64Array
  /** Requests for each bucket of the metric's bounds, by block; undefined where there are none or the bounds do not fit. */
  durations: (Float64Array | undefined)[]
}

/** What the counters and histograms of both versions counted in a window. */
export interface MetricTable {
  blockMillis: number
  blocks: number
  groups: MetricGroup[]
  /** By metric: upper bounds in ms that both sides have, the last bucket open; counts have one more. */
  bounds: ReadonlyMap<string, readonly number[]>
  /** How often the service sends its metrics, in ms. */
  intervalMillis: number
  /** Event time of the latest point of requests, in ms since 1970. */
  lastSeen: Record<Side, number | null>
  /** Series of these metrics in the window, and how many of them were read. */
  series: { all: number; read: number }
  /** What could not be compared, as sentences. */
  notes: string[]
}

/** Who sent a group; several processes that do not name themselves are one. */
export function instancesOf(groups: readonly MetricGroup[], side: Side): string[] {
  const names = groups.filter((group) => group.side === side).map(({ instance }) => instance)
  return [...new Set(names)].toSorted()
}
