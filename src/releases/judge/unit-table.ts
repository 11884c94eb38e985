import type { AttributeColumn } from '../../cohorts/cohort-table.ts'
import type { WarmUp } from './warm-up.ts'

/**
 * The evidence of one look: one row for each unit, the use of one operation of the service by one trace. However often
 * a trace repeated the operation, it counts once (judge.md §6.1).
 */
export interface UnitTable {
  rows: number
  /** Event time of the unit's first span, milliseconds since the epoch. */
  at: Float64Array
  /** 1 = candidate, 0 = baseline */
  candidate: Uint8Array
  /** 1 = discovery half, 0 = confirmation half; by hashed trace id, so both halves are independent samples. */
  discovery: Uint8Array
  /** Index into `operations`. */
  operation: Uint16Array
  operations: readonly string[]
  /** The longest span of the unit, milliseconds. */
  duration: Float64Array
  /** 1 = at least one span of the unit ended in an error */
  failed: Uint8Array
  /** 1 = reported success although a detector saw a failure */
  silent: Uint8Array
  /** What the detector saw, by row, for the rows that are silent. */
  silentReasons: ReadonlyMap<number, string>
  traceIds: readonly string[]
  /** Candidates for cohort conditions, `operation` first. */
  attributes: readonly AttributeColumn[]
  /** Units in the window; more than `rows` where a hashed sample was read. */
  sampledFrom: number
  /** The detectors saw everything. */
  detectorsComplete: boolean
  /** How the rows were taken from what is stored; absent where they were not. */
  sample?: UnitSample
  /** Units whose durations do not count; absent where all do. */
  warmUp?: WarmUp
}

export interface UnitSample {
  /** One of so many traces was read, by its hash; a power of two. */
  oneOf: number
  /** The hash of each row's trace. */
  traces: Float64Array
  /** No other version of the service had requests in the window. */
  isAllVersions: boolean
}
