import { quotedText } from '../../store/sql-text.ts'
import { traceBucketOf } from '../../store/tables/trace-bucket.ts'
import type { Store } from '../../store/store.ts'
import type { Policy } from '../judge/policy.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { AlteredRows } from './altered-store.ts'
import { candidateName } from './divide-cut.ts'
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
  return bug === 'units' ? repeatedRows(rows, isOneOfMany, '1') : rows
}

/**
 * The same for a comparison with the time before. It is calibrated on the past, and would allow for requests that count
 * many times if they did so there, too: so with `units` the past is counted as it is, and from a time on every failed request
 * counts as if each try after it were one more.
 * @param since ms since 1970
 */
export function spoiledSince(
  rows: AlteredRows,
  bug: PlantedBug | undefined,
  since: number,
): AlteredRows {
  if (bug !== 'units') return rows
  const isSpoiled = `toUnixTimestamp64Milli(stored.time) >= ${since}`
  const isKept = `(NOT (${isSpoiled}) OR stored.status = 'error' OR ${isOneOfMany})`
  return repeatedRows(rows, isKept, isSpoiled)
}

/**
 * The same for metrics, which are calibrated on how the baseline's processes differ: what the candidate's count as failed
 * counts many times.
 */
export function spoiledMetrics(
  rows: AlteredRows,
  bug: PlantedBug | undefined,
  store: Pick<Store, 'attribute'>,
): AlteredRows {
  const version = rows.columns['service_version']
  if (bug !== 'units' || version === undefined) return rows
  const error = store.attribute('metrics', 'error.type', 'string')
  const status = store.attribute('metrics', 'http.response.status_code', 'int')
  const times = `if((${version}) = ${quotedText(candidateName)} AND (ifNull(${error}, '') != '' OR ifNull(${status}, 0) >= 500), ${copies}, 1)`
  const numbers = ['value', 'count', 'zero_count'].map((name) => [
    name,
    `stored.${name} * ${times}`,
  ])
  const lists = ['bucket_counts', 'positive_counts'].map((name) => [
    name,
    `arrayMap(n -> n * ${times}, stored.${name})`,
  ])
  return { ...rows, columns: { ...rows.columns, ...Object.fromEntries([...numbers, ...lists]) } }
}

const isOneOfMany = `cityHash64(stored.trace_id, 'spoiled') % ${copies} = 0`

/** @param isRepeated SQL condition of rows that are there many times, each in a trace of its own */
function repeatedRows(rows: AlteredRows, isKept: string, isRepeated: string): AlteredRows {
  const copy = `arrayJoin(if(${isRepeated}, range(${copies}), range(1)))`
  const trace = `concat(toString(stored.trace_id), '-', toString(${copy}))`
  return {
    columns: { ...rows.columns, trace_id: trace, trace_bucket: traceBucketOf(trace) },
    keep: rows.keep === undefined ? isKept : `(${rows.keep}) AND ${isKept}`,
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
