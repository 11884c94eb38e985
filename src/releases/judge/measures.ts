import { quantileOf } from '../../stats/kth-smallest.ts'
import type { HarmKind, SlowBounds } from './hypothesis.ts'
import type { UnitTable } from './unit-table.ts'

/** A row that does not count for a measure. */
export const notCounted = 255

/** Quantiles of the baseline beyond which a request counts as slow, with the units needed to place them. */
export const slowQuantiles = [
  { name: 'slow-p50', quantile: 0.5, minUnits: 40 },
  { name: 'slow-p90', quantile: 0.9, minUnits: 100 },
  { name: 'slow-p99', quantile: 0.99, minUnits: 400 },
] as const

/** Per row: 1 = bad. Failures count every unit; silent failures only those that did not fail openly. */
export function badRows(
  table: Pick<UnitTable, 'failed' | 'silent'>,
  kind: Exclude<HarmKind, 'latency'>,
): Uint8Array {
  if (kind === 'failure-rate') return table.failed
  const bad = table.silent.slice()
  for (let row = 0; row < bad.length; row++) if (table.failed[row] === 1) bad[row] = notCounted
  return bad
}

/** Per row: 1 = slower than the bound of its operation; operations without a bound and cold instances do not count. */
export function slowRows(
  table: Pick<UnitTable, 'rows' | 'operations' | 'operation' | 'duration' | 'warmUp'>,
  bounds: SlowBounds,
): Uint8Array {
  const limits = table.operations.map((operation) => bounds[operation] ?? Number.NaN)
  const bad = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    const limit = limits[table.operation[row]!]!
    if (Number.isNaN(limit) || table.warmUp?.rows[row] === 1) bad[row] = notCounted
    else if (table.duration[row]! > limit) bad[row] = 1
  }
  return bad
}

/** The quantile of each operation's durations among the baseline's units of the discovery half. */
export function slowBounds(table: UnitTable, quantile: number, minUnits: number): SlowBounds {
  const durations = table.operations.map((): number[] => [])
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1 || table.discovery[row] === 0) continue
    if (table.warmUp?.rows[row] === 1) continue
    durations[table.operation[row]!]!.push(table.duration[row]!)
  }
  const bounds: SlowBounds = {}
  durations.forEach((values, operation) => {
    if (values.length < minUnits) return
    bounds[table.operations[operation]!] = quantileOf(Float64Array.from(values), quantile)!
  })
  return bounds
}
