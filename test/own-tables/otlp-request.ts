/** OTLP/JSON requests, as far as the tests need them. */
export type AnyValue =
  | { stringValue: string }
  | { intValue: string }
  | { doubleValue: number }
  | { boolValue: boolean }
  | { arrayValue: { values: AnyValue[] } }
export interface KeyValue {
  key: string
  value: AnyValue
}
interface Scope {
  scope: { name: string; version?: string; attributes?: KeyValue[] }
}
interface Resource {
  resource: { attributes: KeyValue[] }
}

export interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  traceState?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: KeyValue[]
  events?: { timeUnixNano: string; name: string; attributes?: KeyValue[] }[]
  links?: { traceId: string; spanId: string; attributes?: KeyValue[] }[]
  status?: { code?: number; message?: string }
}
export type Spans = Resource & { scopeSpans: (Scope & { spans: Span[] })[] }

export interface LogRecord {
  timeUnixNano: string
  traceId?: string
  spanId?: string
  severityNumber?: number
  severityText?: string
  eventName?: string
  body?: AnyValue
  attributes: KeyValue[]
}
export type Logs = Resource & { scopeLogs: (Scope & { logRecords: LogRecord[] })[] }

export interface Exemplar {
  timeUnixNano: string
  asDouble: number
  traceId?: string
  spanId?: string
  filteredAttributes?: KeyValue[]
}
export interface Point {
  timeUnixNano: string
  startTimeUnixNano?: string
  attributes: KeyValue[]
  asDouble?: number
  count?: string
  sum?: number
  min?: number
  max?: number
  bucketCounts?: string[]
  explicitBounds?: number[]
  scale?: number
  zeroCount?: string
  positive?: { offset: number; bucketCounts: string[] }
  negative?: { offset: number; bucketCounts: string[] }
  quantileValues?: { quantile: number; value: number }[]
  exemplars?: Exemplar[]
}
export interface Metric {
  name: string
  unit?: string
  description?: string
  gauge?: { dataPoints: Point[] }
  sum?: { dataPoints: Point[]; aggregationTemporality: number; isMonotonic: boolean }
  histogram?: { dataPoints: Point[]; aggregationTemporality: number }
  exponentialHistogram?: { dataPoints: Point[]; aggregationTemporality: number }
  summary?: { dataPoints: Point[] }
}
export type Metrics = Resource & { scopeMetrics: (Scope & { metrics: Metric[] })[] }

export type Value = string | number | boolean | Value[]

export function keyValues(attributes: Readonly<Record<string, Value>>): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Value): AnyValue {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** A value as plain JSON. */
export function plain(value: AnyValue): Value {
  if ('stringValue' in value) return value.stringValue
  if ('boolValue' in value) return value.boolValue
  if ('intValue' in value) return Number(value.intValue)
  if ('arrayValue' in value) return value.arrayValue.values.map(plain)
  return value.doubleValue
}
