/**
 * The tables of the OpenTelemetry Collector's ClickHouse exporter: the columns that it publishes
 * (opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates), with its partitions and sort keys.
 */
export type ExporterTable =
  | 'otel_traces'
  | 'otel_traces_trace_id_ts'
  | 'otel_logs'
  | 'otel_metrics_gauge'
  | 'otel_metrics_sum'
  | 'otel_metrics_histogram'
  | 'otel_metrics_exponential_histogram'
  | 'otel_metrics_summary'

const word = 'LowCardinality(String)'
const map = `Map(${word}, String)`

const metricColumns = {
  ResourceAttributes: map,
  ResourceSchemaUrl: 'String',
  ScopeName: 'String',
  ScopeVersion: 'String',
  ScopeAttributes: map,
  ScopeDroppedAttrCount: 'UInt32',
  ScopeSchemaUrl: 'String',
  ServiceName: word,
  MetricName: 'String',
  MetricDescription: 'String',
  MetricUnit: 'String',
  Attributes: map,
  StartTimeUnix: 'DateTime64(9)',
  TimeUnix: 'DateTime64(9)',
  Flags: 'UInt32',
}
const exemplars = {
  'Exemplars.FilteredAttributes': `Array(${map})`,
  'Exemplars.TimeUnix': 'Array(DateTime64(9))',
  'Exemplars.Value': 'Array(Float64)',
  'Exemplars.SpanId': 'Array(String)',
  'Exemplars.TraceId': 'Array(String)',
}
const range = { Min: 'Float64', Max: 'Float64', AggregationTemporality: 'Int32' }

const columns: Record<ExporterTable, Record<string, string>> = {
  otel_traces: {
    Timestamp: 'DateTime64(9)',
    TraceId: 'String',
    SpanId: 'String',
    ParentSpanId: 'String',
    TraceState: 'String',
    SpanName: word,
    SpanKind: word,
    ServiceName: word,
    ResourceAttributes: map,
    ScopeName: 'String',
    ScopeVersion: 'String',
    SpanAttributes: map,
    Duration: 'UInt64',
    StatusCode: word,
    StatusMessage: 'String',
    'Events.Timestamp': 'Array(DateTime64(9))',
    'Events.Name': `Array(${word})`,
    'Events.Attributes': `Array(${map})`,
    'Links.TraceId': 'Array(String)',
    'Links.SpanId': 'Array(String)',
    'Links.TraceState': 'Array(String)',
    'Links.Attributes': `Array(${map})`,
  },
  otel_traces_trace_id_ts: {
    TraceId: 'String',
    Start: 'DateTime',
    End: 'DateTime',
  },
  otel_logs: {
    Timestamp: 'DateTime64(9)',
    TimestampTime: 'DateTime DEFAULT toDateTime(Timestamp)',
    TraceId: 'String',
    SpanId: 'String',
    TraceFlags: 'UInt8',
    SeverityText: word,
    SeverityNumber: 'UInt8',
    ServiceName: word,
    Body: 'String',
    ResourceSchemaUrl: word,
    ResourceAttributes: map,
    ScopeSchemaUrl: word,
    ScopeName: 'String',
    ScopeVersion: word,
    ScopeAttributes: map,
    LogAttributes: map,
    EventName: 'String',
  },
  otel_metrics_gauge: { ...metricColumns, Value: 'Float64', ...exemplars },
  otel_metrics_sum: {
    ...metricColumns,
    // this table has been seen with whole seconds
    StartTimeUnix: 'DateTime',
    TimeUnix: 'DateTime',
    Value: 'Float64',
    ...exemplars,
    'Exemplars.TimeUnix': 'Array(DateTime)',
    AggregationTemporality: 'Int32',
    IsMonotonic: 'Bool',
  },
  otel_metrics_histogram: {
    ...metricColumns,
    Count: 'UInt64',
    Sum: 'Float64',
    BucketCounts: 'Array(UInt64)',
    ExplicitBounds: 'Array(Float64)',
    ...exemplars,
    ...range,
  },
  otel_metrics_exponential_histogram: {
    ...metricColumns,
    Count: 'UInt64',
    Sum: 'Float64',
    Scale: 'Int32',
    ZeroCount: 'UInt64',
    PositiveOffset: 'Int32',
    PositiveBucketCounts: 'Array(UInt64)',
    NegativeOffset: 'Int32',
    NegativeBucketCounts: 'Array(UInt64)',
    ...exemplars,
    ...range,
  },
  otel_metrics_summary: {
    ...metricColumns,
    Count: 'UInt64',
    Sum: 'Float64',
    'ValueAtQuantiles.Quantile': 'Array(Float64)',
    'ValueAtQuantiles.Value': 'Array(Float64)',
  },
}

const metricKey = `PARTITION BY toDate(TimeUnix) ORDER BY (ServiceName, MetricName, Attributes, toDateTime(TimeUnix))`
const keys: Partial<Record<ExporterTable, string>> = {
  otel_traces: `PARTITION BY toDate(Timestamp) PRIMARY KEY (ServiceName, SpanName, toDateTime(Timestamp))
    ORDER BY (ServiceName, SpanName, toDateTime(Timestamp), Timestamp)`,
  otel_traces_trace_id_ts: 'ORDER BY (TraceId, Start)',
  otel_logs: `PARTITION BY toDate(TimestampTime) PRIMARY KEY (ServiceName, TimestampTime)
    ORDER BY (ServiceName, TimestampTime, Timestamp)`,
}

/** The statements that make the exporter's tables. @param rename a table's own name */
export function exporterTables(
  database: string,
  rename: (table: ExporterTable) => string = (table) => table,
): string[] {
  const tables = Object.entries(columns).map(([table, own]) => {
    const lines = Object.entries(own).map(([name, type]) => `\`${name}\` ${type}`)
    return `CREATE TABLE ${database}.${rename(table as ExporterTable)} (${lines.join(', ')})
      ENGINE = MergeTree ${keys[table as ExporterTable] ?? metricKey}`
  })
  const traces = rename('otel_traces')
  return [
    ...tables,
    `CREATE MATERIALIZED VIEW ${database}.${traces}_trace_id_ts_mv TO ${database}.${rename('otel_traces_trace_id_ts')}
     AS SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM ${database}.${traces}
     WHERE TraceId != '' GROUP BY TraceId`,
  ]
}
