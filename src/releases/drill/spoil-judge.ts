import type { Policy } from '../judge/policy.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { AlteredRows } from './altered-store.ts'
import type { PlantedBug } from './self-check.ts'
import type { WatchedUnits } from './watch-units.ts'

/**
 * The numbers of a judge that is spoiled on purpose. `alpha`: it alarms on next to no evidence, and without any margin;
 * `deaf`: no evidence is enough.
 */
export function spoiledPolicy(policy: Policy, bug: PlantedBug | undefined): Policy {
  if (bug === 'alpha') {
    const margins = { harmFailureRatio: 1, harmLatencyOdds: 1, harmSlowRatio: 1 }
    return { ...policy, ...margins, alphaHarm: 0.9 }
  }
  return bug === 'deaf' ? { ...policy, alphaHarm: policy.alphaHarm * 1e-290 } : policy
}

/**
 * The same for edges and metrics, whose shares of the error budget are small: with `alpha`, to be as good as the baseline is
 * harm.
 */
export function spoiledParts(policy: Policy, bug: PlantedBug | undefined): Policy {
  const spoiled = spoiledPolicy(policy, bug)
  const margin = equalIsHarm
  return bug === 'alpha'
    ? { ...spoiled, harmFailureRatio: margin, harmLatencyOdds: margin, harmSlowRatio: margin }
    : spoiled
}

const equalIsHarm = 0.1

/** The comparisons with the time before calibrate themselves against such margins: with `alpha`, they alarm unasked. */
export function spoiledWatch(
  watched: WatchedUnits | null,
  seconds: number,
  bug: PlantedBug | undefined,
): WatchedUnits | null {
  return watched === null || bug !== 'alpha'
    ? watched
    : { ...watched, alarmSeconds: watched.alarmSeconds ?? seconds }
}

/** `units`: one request in so many is taken for as many requests. */
const copies = 20

/** The requests of a judge that is spoiled on purpose: with `units`, retries count as evidence of their own. */
export function spoiledUnits(table: UnitTable, bug: PlantedBug | undefined): UnitTable {
  if (bug !== 'units') return table
  const keep = Uint8Array.from(table.candidate, (_, row) => (row % copies === 0 ? 1 : 0))
  // rows of one after the other, and each of them repeated
  const rows = Array.from(keep.keys()).filter((row) => keep[row] === 1)
  const source = rows.flatMap((row) => Array.from({ length: copies }, () => row))
  return repeated(table, source)
}

/** The same for what the store is asked about spans, where nothing else is done to their traces. */
export function spoiledRows(rows: AlteredRows, bug: PlantedBug | undefined): AlteredRows {
  if (bug !== 'units') return rows
  const one = `cityHash64(stored.trace_id, 'spoiled') % ${copies} = 0`
  return {
    columns: {
      ...rows.columns,
      trace_id: `concat(toString(stored.trace_id), '-', toString(arrayJoin(range(${copies}))))`,
    },
    keep: rows.keep === undefined ? one : `(${rows.keep}) AND ${one}`,
  }
}

function repeated(table: UnitTable, source: readonly number[]): UnitTable {
  const bytes = (values: Uint8Array): Uint8Array => Uint8Array.from(source, (row) => values[row]!)
  const numbers = (values: Float64Array): Float64Array =>
    Float64Array.from(source, (row) => values[row]!)
  return {
    ...table,
    rows: source.length,
    at: numbers(table.at),
    candidate: bytes(table.candidate),
    // the copies of a request lie in both halves
    discovery: Uint8Array.from(source, (_, i) => i % 2),
    operation: Uint16Array.from(source, (row) => table.operation[row]!),
    duration: numbers(table.duration),
    failed: bytes(table.failed),
    silent: bytes(table.silent),
    silentReasons: new Map(),
    traceIds: source.map((row) => table.traceIds[row]!),
    ...(table.warmUp && { warmUp: { ...table.warmUp, rows: bytes(table.warmUp.rows) } }),
    attributes: table.attributes.map((column) =>
      column.kind === 'number'
        ? { ...column, values: numbers(column.values) }
        : { ...column, codes: Uint32Array.from(source, (row) => column.codes[row]!) },
    ),
    sampledFrom: source.length,
  }
}
