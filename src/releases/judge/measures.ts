import type { FindingKind } from '../verdict.ts'
import type { SlowBounds } from './hypothesis.ts'
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
export function badRows(table: UnitTable, kind: Exclude<FindingKind, 'latency'>): Uint8Array {
  if (kind === 'failure-rate') return table.failed
  return Uint8Array.from(table.silent, (silent, row) =>
    table.failed[row] === 1 ? notCounted : silent,
  )
}

/** Per row: 1 = slower than the bound of its operation; operations without a bound do not count. */
export function slowRows(table: UnitTable, bounds: SlowBounds): Uint8Array {
  const limits = table.operations.map((operation) => bounds[operation])
  return Uint8Array.from({ length: table.rows }, (_, row) => {
    const limit = limits[table.operation[row]!]
    if (limit === undefined) return notCounted
    return table.duration[row]! > limit ? 1 : 0
  })
}

/** The quantile of each operation's durations among the baseline's units of the discovery half. */
export function slowBounds(table: UnitTable, quantile: number, minUnits: number): SlowBounds {
  const durations = table.operations.map((): number[] => [])
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1 || table.discovery[row] === 0) continue
    durations[table.operation[row]!]!.push(table.duration[row]!)
  }
  const bounds: SlowBounds = {}
  durations.forEach((values, operation) => {
    if (values.length < minUnits) return
    values.sort((a, b) => a - b)
    bounds[table.operations[operation]!] = values[Math.ceil(quantile * values.length) - 1]!
  })
  return bounds
}
