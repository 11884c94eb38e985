/** Rows of an answer by column, as the objects of a trace. */
import { parseJson } from '../relations/parse-json.ts'
import type { AttributeReader } from '../relations/relations.ts'
import type { Attributes, Exemplar, Origin, TraceLog, TraceSpan } from './trace.ts'

export type Columns = Readonly<Record<string, ArrayLike<unknown>>>

/** What to select of every event, beside its attributes; `originOf` reads it. */
export const originSelect = ['service', 'service_version', 'environment', 'service_instance']

/** Nanoseconds since 1970 as a decimal string, whatever the precision of the column. */
export const nanos = (column: string): string =>
  `toString(toUnixTimestamp64Nano(toDateTime64(${column}, 9, 'UTC')))`
const nanosOfEach = (column: string): string => `arrayMap(at -> ${nanos('at')}, ${column})`

export const spanSelect = [
  `${nanos('time')} AS at`,
  'toFloat64(duration) / 1e6 AS millis',
  'trace_id',
  'span_id',
  'parent_span_id',
  'name',
  'kind',
  'status',
  'status_message',
  'scope_name',
  'weight',
  `${nanosOfEach('event_time')} AS event_at`,
  'event_name',
  'event_attributes',
  'link_trace_id',
  'link_span_id',
  'link_attributes',
  ...originSelect,
]

export const logSelect = [
  `${nanos('time')} AS at`,
  'span_id',
  'severity_number',
  'severity_text',
  'event_name',
  'body',
  ...originSelect,
]

export function spanOf(
  columns: Columns,
  row: number,
  start: bigint,
  reader: AttributeReader,
): TraceSpan {
  const text = textAt(columns, row)
  const list = (name: string): string[] => (columns[name]?.[row] ?? []) as string[]
  const at = BigInt(text('at'))
  return {
    spanId: text('span_id'),
    parentSpanId: text('parent_span_id') || null,
    name: text('name'),
    kind: text('kind'),
    status: text('status') as TraceSpan['status'],
    statusMessage: text('status_message'),
    scope: text('scope_name'),
    ...originOf(columns, row),
    time: isoTime(at),
    offset: Number(at - start) / 1e6,
    duration: Number(columns['millis']?.[row]),
    weight: Number(columns['weight']?.[row]),
    attributes: reader.read(columns, row),
    events: list('event_name').map((name, i) => ({
      time: isoTime(BigInt(list('event_at')[i] ?? at)),
      name,
      attributes: attributesOf(list('event_attributes')[i]),
    })),
    links: list('link_trace_id').map((traceId, i) => ({
      traceId,
      spanId: list('link_span_id')[i] ?? '',
      attributes: attributesOf(list('link_attributes')[i]),
    })),
  }
}

export function logOf(
  columns: Columns,
  row: number,
  start: bigint,
  reader: AttributeReader,
): TraceLog {
  const text = textAt(columns, row)
  const at = BigInt(text('at'))
  return {
    time: isoTime(at),
    offset: Number(at - start) / 1e6,
    spanId: text('span_id') || null,
    severityNumber: Number(columns['severity_number']?.[row]),
    severityText: text('severity_text'),
    eventName: text('event_name'),
    body: text('body'),
    ...originOf(columns, row),
    attributes: reader.read(columns, row),
  }
}

/** One row an exemplar, as `exemplarsQuery` gives it. */
export interface ExemplarRow {
  name: string
  unit: string
  service: string
  at: string
  value: number | null
  trace: string
  span: string
  attributes: string
}

export function exemplarOf(row: ExemplarRow): Exemplar {
  return {
    metric: row.name,
    unit: row.unit,
    service: row.service || null,
    time: isoTime(BigInt(row.at)),
    value: row.value,
    traceId: row.trace,
    spanId: row.span || null,
    attributes: attributesOf(row.attributes),
  }
}

/** `2026-01-01T00:00:00.123456789Z` */
export function isoTime(at: bigint): string {
  const second = at / 1_000_000_000n
  const fraction = String(at % 1_000_000_000n).padStart(9, '0')
  return `${new Date(Number(second) * 1000).toISOString().slice(0, 19)}.${fraction}Z`
}

function originOf(columns: Columns, row: number): Origin {
  const text = textAt(columns, row)
  return {
    service: text('service') || null,
    serviceVersion: text('service_version') || null,
    environment: text('environment') || null,
    serviceInstance: text('service_instance') || null,
  }
}

const textAt =
  (columns: Columns, row: number) =>
  (name: string): string =>
    (columns[name]?.[row] ?? '') as string

/** Attributes that are kept as one JSON text. */
function attributesOf(text = ''): Attributes {
  const value = parseJson(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Attributes)
    : {}
}
