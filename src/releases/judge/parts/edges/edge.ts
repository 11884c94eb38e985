import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import type { HistogramBlock } from '../../../../stats/bucket-latency-test.ts'

/**
 * Where an edge lies, seen from the released service:
 * - `caller`: another service's calls that it answered
 * - `reach`: another service's calls to one of its addresses, answered or not
 * - `call`: its own calls, for each operation that it serves
 * - `beyond`: requests of other services in the same traces, up to the users and down to what it calls
 * - `below`: the same for each operation that it serves: whether its requests still lead to them, however many calls away
 */
export const edgeRoles = ['caller', 'reach', 'call', 'beyond', 'below'] as const
export type EdgeRole = (typeof edgeRoles)[number]

export interface Edge {
  role: EdgeRole
  /** The other service, or the target of a call that no service answers. */
  service: string
  /** `caller`: the operation that was called; `call`: what was called; `beyond`, `below`: the other service's operation. */
  operation: string
  /** `call`, `below`: the operation that the released service was serving. */
  entry: string
  /** `beyond`: most of its requests begin their trace. */
  isRoot: boolean
}

/** Counts of an edge in units: a trace counts once on an edge (with `call` and `below`: once for each operation it used). */
export interface EdgeSeries {
  edge: Edge
  /** Units on both sides, all blocks. */
  units: number
  /** `bad`: failed. */
  failures: ComparisonBlock[]
  durations: HistogramBlock[]
  /** `call`: calls for each unit, in the buckets of `callBounds`. */
  repeats: HistogramBlock[]
  /** `call`: calls in all, baseline and candidate. */
  calls: [number, number]
}

/** Upper bounds of the buckets of calls for each request; the last bucket is open. */
export const callBounds: readonly number[] = [1, 2, 3, 4, 8, 16]

/** Stable in every look at a release. */
export function edgeKey({ role, service, operation, entry }: Omit<Edge, 'isRoot'>): string {
  return JSON.stringify([role, service, operation, entry])
}
