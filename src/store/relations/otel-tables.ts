import { AftergreenError } from '../../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'

/** The tables of the exporter, one for the traces, one for the logs and one for each kind of metric. */
export const otelTableKinds = [
  'traces',
  'logs',
  'metrics_gauge',
  'metrics_sum',
  'metrics_histogram',
  'metrics_exponential_histogram',
  'metrics_summary',
] as const
export type OtelTableKind = (typeof otelTableKinds)[number]

/** A table as it is: its name in the database, and its columns with their types. */
export interface OtelTable {
  readonly name: string
  readonly columns: ReadonlyMap<string, string>
}

export interface OtelTables {
  readonly database: string
  /** Those that exist. */
  readonly tables: Readonly<Partial<Record<OtelTableKind, OtelTable>>>
  /** The exporter's own table of the times of traces, where it exists. */
  readonly traceTimes: string | undefined
}

const settingName = 'AFTERGREEN_CLICKHOUSE_TABLES'

/**
 * Names of the tables: the exporter's usual ones, changed by a JSON object `{"prefix": …}` or by names of single tables,
 * `{"traces": …, "metrics_sum": …}`.
 * @throws USAGE
 */
export function otelTableNames(setting: string | undefined): Record<OtelTableKind, string> {
  const given =
    setting === undefined || setting.trim() === '' ? new Map<string, string>() : parseNames(setting)
  const prefix = given.get('prefix') ?? 'otel_'
  const names = otelTableKinds.map((kind) => [kind, given.get(kind) ?? prefix + kind])
  return Object.fromEntries(names) as Record<OtelTableKind, string>
}

/**
 * Looks the tables up and checks that they are the exporter's.
 * @throws USAGE where there is no table of traces, or its attributes are not maps; ENGINE_UNAVAILABLE
 */
export async function readOtelTables(
  engine: Engine,
  database: string,
  names: Readonly<Record<OtelTableKind, string>>,
): Promise<OtelTables> {
  const rows = await queryRows<{ table: string; name: string; type: string }>(
    engine,
    `SELECT table, name, type FROM system.columns
     WHERE database = {database: String} AND table IN {tables: Array(String)} ORDER BY table, position`,
    { database, tables: [...Object.values(names), `${names.traces}_trace_id_ts`] },
    {},
  )
  const columnsOf = (table: string): Map<string, string> =>
    new Map(rows.filter((row) => row.table === table).map(({ name, type }) => [name, type]))
  const tables: Partial<Record<OtelTableKind, OtelTable>> = {}
  for (const kind of otelTableKinds) {
    const columns = columnsOf(names[kind])
    if (columns.size === 0) continue
    checkColumns(kind, names[kind], columns)
    tables[kind] = { name: names[kind], columns }
  }
  if (tables.traces === undefined) {
    throw new AftergreenError(
      'USAGE',
      `There is no table ${names.traces} that can be read in the database ${database}.`,
      {
        hint: `Name the exporter's database in AFTERGREEN_CLICKHOUSE_URL and its tables in ${settingName}, and grant SELECT on them.`,
      },
    )
  }
  const times = columnsOf(`${names.traces}_trace_id_ts`)
  const known = ['TraceId', 'Start', 'End'].every((column) => times.has(column))
  return { database, tables, traceTimes: known ? `${names.traces}_trace_id_ts` : undefined }
}

const needed: Readonly<Record<'traces' | 'logs' | 'metrics', Readonly<Record<string, RegExp>>>> = {
  traces: {
    Timestamp: /^DateTime64/,
    TraceId: /String/,
    SpanId: /String/,
    ParentSpanId: /String/,
    TraceState: /String/,
    SpanName: /String/,
    SpanKind: /String/,
    ServiceName: /String/,
    ResourceAttributes: /^Map\(/,
    SpanAttributes: /^Map\(/,
    Duration: /^U?Int64/,
    StatusCode: /String/,
    'Events.Name': /^Array\(/,
  },
  logs: {
    Timestamp: /^DateTime64/,
    TraceId: /String/,
    SpanId: /String/,
    Body: /String/,
    ServiceName: /String/,
    ResourceAttributes: /^Map\(/,
    LogAttributes: /^Map\(/,
  },
  metrics: {
    TimeUnix: /^DateTime/,
    MetricName: /String/,
    ServiceName: /String/,
    ResourceAttributes: /^Map\(/,
    Attributes: /^Map\(/,
  },
}

function checkColumns(kind: OtelTableKind, table: string, columns: Map<string, string>): void {
  const signal = kind === 'traces' || kind === 'logs' ? kind : 'metrics'
  for (const [column, type] of Object.entries(needed[signal])) {
    const actual = columns.get(column)
    if (actual !== undefined && type.test(actual)) continue
    throw new AftergreenError(
      'USAGE',
      actual === undefined
        ? `The table ${table} has no column ${column}.`
        : `The column ${column} of the table ${table} is a ${actual}.`,
      {
        hint: 'Only the tables of the ClickHouse exporter with Map attributes can be read, not those of its JSON mode.',
      },
    )
  }
}

function parseNames(text: string): Map<string, string> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw wrongNames(`${settingName} is not valid JSON.`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw wrongNames(`${settingName} is not a JSON object.`)
  }
  const names = new Map<string, string>()
  for (const [key, value] of Object.entries(content)) {
    const isKnown = key === 'prefix' || otelTableKinds.some((kind) => kind === key)
    if (!isKnown) throw wrongNames(`${settingName} names an unknown table: ${key}.`)
    if (typeof value !== 'string' || !/^[^\0]{1,200}$/.test(value)) {
      throw wrongNames(`The name for ${key} in ${settingName} is not a text.`)
    }
    names.set(key, value)
  }
  return names
}

const wrongNames = (message: string): AftergreenError =>
  new AftergreenError('USAGE', message, {
    hint: `Write for example {"prefix": "otel_"} or {"traces": "my_traces"}; the tables are ${otelTableKinds.join(', ')}.`,
  })
