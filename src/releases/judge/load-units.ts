import type { AttributeColumn } from '../../cohorts/cohort-table.ts'
import type { Detector, DetectorScope, SilentFailure } from '../../signals/detector.ts'
import { attributeKeys, type AttributeKey } from '../../store/attribute-keys.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import { categoryColumn, numberColumn } from './attribute-columns.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { UnitTable } from './unit-table.ts'

export interface LoadOptions {
  detectors: readonly Detector[]
  /** More units than this are read as a hashed sample of traces. */
  maxUnits?: number
  /** At most so many attributes, the most frequent first. */
  maxAttributes?: number
}

/**
 * Reads the units of a release's candidate and baseline in a window: entry spans (server, consumer) of the service,
 * one row for each trace and operation.
 */
export async function loadUnits(
  store: Store,
  release: Release,
  window: JudgeWindow,
  { detectors, maxUnits = 200_000, maxAttributes = 60 }: LoadOptions,
): Promise<UnitTable> {
  const versions = [
    release.version,
    ...(release.baselineVersion === null ? [] : [release.baselineVersion]),
  ]
  const parameters = {
    service: release.service,
    environment: release.environment,
    versions,
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
  }
  const condition = (sample: string): string => `service = {service: String}
    AND environment = {environment: String}
    AND service_version IN {versions: Array(String)}
    AND kind IN ('server', 'consumer')
    AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC')
    AND time < parseDateTime64BestEffort({to: String}, 9, 'UTC')
    AND ${sample}`

  const [counted] = await store.query<{ units: number }>(
    `SELECT uniq(trace_id, name) AS units FROM ${store.relation('traces')} WHERE ${condition('1')}`,
    parameters,
  )
  const sampledFrom = counted?.units ?? 0
  const share = Math.ceil(sampledFrom / maxUnits)
  const sample = share > 1 ? `cityHash64(trace_id, 'units') % ${share} = 0` : '1'

  const keys =
    sampledFrom === 0
      ? []
      : await attributeKeys(store, condition(sample), parameters, maxAttributes)
  const scope: DetectorScope = { store, ...parameters, sample }
  const [read, detections] = await Promise.all([
    readColumns(store, condition(sample), parameters, keys),
    Promise.all(detectors.map((detector) => detector.detect(scope))),
  ])
  const reasons = new Map<number, string>()
  const table = { ...tableOf(read, keys, release.version, sampledFrom), silentReasons: reasons }
  for (const { failures, complete } of detections) {
    markSilent(table, reasons, read.columns, failures)
    table.detectorsComplete &&= complete
  }
  return table
}

interface ReadUnits {
  rows: number
  columns: Record<string, ArrayLike<unknown>>
}

/** Of several spans of a unit the least value counts, not whichever comes first: the order of arrival must not matter. */
function readColumns(
  store: Store,
  condition: string,
  parameters: Record<string, unknown>,
  keys: readonly AttributeKey[],
): Promise<ReadUnits> {
  const attributes = keys.map(
    ({ key, type }, i) => `, min(${store.attribute('traces', key, type)}) AS a${i}`,
  )
  return store.queryColumns(
    `SELECT trace_id, name AS operation, min(service_version) AS version,
       toUnixTimestamp64Milli(min(time)) AS at,
       max(duration) / 1e6 AS millis,
       max(status = 'error') AS failed,
       cityHash64(trace_id, 'halves') % 2 AS discovery,
       groupArraySorted(16)(span_id) AS spans
       ${attributes.join('')}
     FROM ${store.relation('traces')}
     WHERE ${condition}
     GROUP BY trace_id, operation
     ORDER BY at, trace_id, operation`,
    parameters,
  )
}

function tableOf(
  { rows, columns }: ReadUnits,
  keys: readonly AttributeKey[],
  candidateVersion: string,
  sampledFrom: number,
): UnitTable {
  const column = (name: string): ArrayLike<unknown> => columns[name] ?? []
  const operation = categoryColumn('operation', column('operation'), rows)
  const attributes: AttributeColumn[] = [operation]
  keys.forEach(({ key, type }, i) => {
    // a key with values of two types keeps both, told apart by the type
    const twice = keys.filter((other) => other.key === key).length > 1
    const name = twice ? `${key} (${type})` : key
    const values = column(`a${i}`)
    const numeric = type === 'int' || type === 'double'
    attributes.push(numeric ? numberColumn(name, values, rows) : categoryColumn(name, values, rows))
  })
  return {
    rows,
    at: Float64Array.from({ length: rows }, (_, row) => Number(column('at')[row])),
    candidate: Uint8Array.from({ length: rows }, (_, row) =>
      column('version')[row] === candidateVersion ? 1 : 0,
    ),
    discovery: Uint8Array.from({ length: rows }, (_, row) => Number(column('discovery')[row])),
    operation: Uint16Array.from(operation.codes, (code) => code - 1),
    operations: operation.values.slice(1).map(String),
    duration: Float64Array.from({ length: rows }, (_, row) => Number(column('millis')[row])),
    failed: Uint8Array.from({ length: rows }, (_, row) => Number(column('failed')[row])),
    silent: new Uint8Array(rows),
    silentReasons: new Map(),
    traceIds: Array.from({ length: rows }, (_, row) => String(column('trace_id')[row])),
    attributes,
    sampledFrom,
    detectorsComplete: true,
  }
}

/**
 * Marks the units that hold a silent failure: by the entry span where the failure names it, else by the trace where the
 * trace used one operation only; a failure that cannot be attributed is left out.
 */
function markSilent(
  table: UnitTable,
  reasons: Map<number, string>,
  columns: ReadUnits['columns'],
  failures: readonly SilentFailure[],
): void {
  if (failures.length === 0) return
  const bySpan = new Map<string, number>()
  const byTrace = new Map<string, number>()
  for (let row = 0; row < table.rows; row++) {
    const trace = table.traceIds[row]!
    byTrace.set(trace, byTrace.has(trace) ? -1 : row)
    for (const span of (columns['spans']?.[row] ?? []) as string[])
      bySpan.set(`${trace}:${span}`, row)
  }
  for (const { traceId, spanId, reason } of failures) {
    const row = bySpan.get(`${traceId}:${spanId}`) ?? byTrace.get(traceId) ?? -1
    if (row < 0 || table.failed[row] === 1) continue
    table.silent[row] = 1
    if (!reasons.has(row)) reasons.set(row, reason)
  }
}
