/** OTLP requests as the rows that the Collector's ClickHouse exporter makes of them: every attribute value is a text. */
import type { ExporterTable } from './exporter-tables.ts'
import type { AnyValue, KeyValue, Logs, Metrics, Point, Spans } from './otlp-request.ts'
import { plain } from './otlp-request.ts'

export type Row = Record<string, unknown>

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const codes = ['Unset', 'Ok', 'Error']

const text = (value: AnyValue): string => {
  const content = plain(value)
  return typeof content === 'string' ? content : JSON.stringify(content)
}
const mapOf = (attributes: readonly KeyValue[] = []): Row =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, text(value)]))
/** `seconds.nanoseconds` since 1970, which the engine reads as a time. */
const at = (nanos: string): string => {
  const digits = nanos.padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}
const seconds = (nanos: string): number => Number(BigInt(nanos) / 1_000_000_000n)
const origin = (attributes: readonly KeyValue[]): Row => {
  const service = attributes.find(({ key }) => key === 'service.name')
  return {
    ServiceName: service === undefined ? '' : text(service.value),
    ResourceAttributes: mapOf(attributes),
  }
}

export function traceRows(resources: readonly Spans[]): Row[] {
  return resources.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        Timestamp: at(span.startTimeUnixNano),
        TraceId: span.traceId,
        SpanId: span.spanId,
        ParentSpanId: span.parentSpanId ?? '',
        TraceState: span.traceState ?? '',
        SpanName: span.name,
        SpanKind: kinds[span.kind],
        ...origin(resource.attributes),
        ScopeName: scope.name,
        ScopeVersion: scope.version ?? '',
        SpanAttributes: mapOf(span.attributes),
        Duration: String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
        StatusCode: codes[span.status?.code ?? 0],
        StatusMessage: span.status?.message ?? '',
        'Events.Timestamp': (span.events ?? []).map(({ timeUnixNano }) => at(timeUnixNano)),
        'Events.Name': (span.events ?? []).map(({ name }) => name),
        'Events.Attributes': (span.events ?? []).map(({ attributes }) => mapOf(attributes)),
        'Links.TraceId': (span.links ?? []).map(({ traceId }) => traceId),
        'Links.SpanId': (span.links ?? []).map(({ spanId }) => spanId),
        'Links.TraceState': (span.links ?? []).map(() => ''),
        'Links.Attributes': (span.links ?? []).map(({ attributes }) => mapOf(attributes)),
      })),
    ),
  )
}

export function logRows(resources: readonly Logs[]): Row[] {
  return resources.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map((log) => ({
        Timestamp: at(log.timeUnixNano),
        TraceId: log.traceId ?? '',
        SpanId: log.spanId ?? '',
        SeverityText: log.severityText ?? '',
        SeverityNumber: log.severityNumber ?? 0,
        ...origin(resource.attributes),
        Body: log.body === undefined ? '' : text(log.body),
        ScopeName: scope.name,
        ScopeAttributes: mapOf(scope.attributes),
        LogAttributes: mapOf(log.attributes),
        EventName: log.eventName ?? '',
      })),
    ),
  )
}

export function metricRows(resources: readonly Metrics[]): Partial<Record<ExporterTable, Row[]>> {
  const rows: Partial<Record<ExporterTable, Row[]>> = {}
  for (const { resource, scopeMetrics } of resources) {
    for (const { scope, metrics } of scopeMetrics) {
      for (const { name, unit = '', description = '', ...kindsOfData } of metrics) {
        const [[kind, data]] = Object.entries(kindsOfData) as [
          [
            keyof typeof tables,
            { dataPoints: Point[]; aggregationTemporality?: number; isMonotonic?: boolean },
          ],
        ]
        const common = {
          ...origin(resource.attributes),
          ScopeName: scope.name,
          ScopeAttributes: mapOf(scope.attributes),
          MetricName: name,
          MetricUnit: unit,
          MetricDescription: description,
          ...(data.aggregationTemporality !== undefined && {
            AggregationTemporality: data.aggregationTemporality,
          }),
          ...(data.isMonotonic !== undefined && { IsMonotonic: data.isMonotonic }),
        }
        const points = data.dataPoints.map((point) => ({ ...common, ...pointRow(point, kind) }))
        rows[tables[kind]] = [...(rows[tables[kind]] ?? []), ...points]
      }
    }
  }
  return rows
}

const tables = {
  gauge: 'otel_metrics_gauge',
  sum: 'otel_metrics_sum',
  histogram: 'otel_metrics_histogram',
  exponentialHistogram: 'otel_metrics_exponential_histogram',
  summary: 'otel_metrics_summary',
} as const

function pointRow(point: Point, kind: keyof typeof tables): Row {
  const time = kind === 'sum' ? seconds : at
  const number = { Count: point.count ?? '0', Sum: point.sum ?? 0 }
  const range = { Min: point.min ?? 0, Max: point.max ?? 0 }
  const exemplars = point.exemplars ?? []
  return {
    Attributes: mapOf(point.attributes),
    TimeUnix: time(point.timeUnixNano),
    StartTimeUnix: time(point.startTimeUnixNano ?? '0'),
    Flags: 0,
    ...(kind !== 'summary' && {
      'Exemplars.FilteredAttributes': exemplars.map((one) => mapOf(one.filteredAttributes)),
      'Exemplars.TimeUnix': exemplars.map(({ timeUnixNano }) => time(timeUnixNano)),
      'Exemplars.Value': exemplars.map(({ asDouble }) => asDouble),
      'Exemplars.SpanId': exemplars.map(({ spanId }) => spanId ?? '0'.repeat(16)),
      'Exemplars.TraceId': exemplars.map(({ traceId }) => traceId ?? '0'.repeat(32)),
    }),
    ...((kind === 'gauge' || kind === 'sum') && { Value: point.asDouble }),
    ...(kind === 'histogram' && {
      ...number,
      ...range,
      BucketCounts: point.bucketCounts,
      ExplicitBounds: point.explicitBounds,
    }),
    ...(kind === 'exponentialHistogram' && {
      ...number,
      ...range,
      Scale: point.scale,
      ZeroCount: point.zeroCount,
      PositiveOffset: point.positive?.offset,
      PositiveBucketCounts: point.positive?.bucketCounts,
      NegativeOffset: point.negative?.offset,
      NegativeBucketCounts: point.negative?.bucketCounts,
    }),
    ...(kind === 'summary' && {
      ...number,
      'ValueAtQuantiles.Quantile': point.quantileValues?.map(({ quantile }) => quantile),
      'ValueAtQuantiles.Value': point.quantileValues?.map(({ value }) => value),
    }),
  }
}
