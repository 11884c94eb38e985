/** The logical columns as SQL over the columns of the exporter's tables; what is missing here is not kept there. */
import { samplingWeightSql } from './sampling-weight-sql.ts'
import type { OtelTable, OtelTableKind } from './otel-tables.ts'

type Columns = Record<string, string>

const resource = (key: string): string => `ResourceAttributes['${key}']`

const origin: Columns = {
  service: 'ServiceName',
  service_version: resource('service.version'),
  environment: `if(mapContains(ResourceAttributes, 'deployment.environment.name'), ${resource('deployment.environment.name')}, ${resource('deployment.environment')})`,
  service_instance: resource('service.instance.id'),
}

/** `{"key":"value"}` for each map of a list. */
const jsonTexts = (column: string): string => `arrayMap(one -> toJSONString(one), ${column})`

/** The exporter wrote `SPAN_KIND_SERVER` once and writes `Server` now. */
const withoutPrefix = (column: string, prefix: string): string =>
  `lower(replaceOne(${column}, '${prefix}', ''))`

export function logicalSpans({ columns }: OtelTable): Columns {
  const scope = (column: string, attribute: string): string =>
    columns.has(column) ? column : `SpanAttributes['${attribute}']`
  const signed = columns.get('Duration') === 'Int64'
  return {
    time: 'Timestamp',
    duration: signed ? 'toUInt64(greatest(Duration, 0))' : 'Duration',
    trace_id: 'TraceId',
    span_id: 'SpanId',
    parent_span_id: 'ParentSpanId',
    trace_state: 'TraceState',
    name: 'SpanName',
    kind: withoutPrefix('SpanKind', 'SPAN_KIND_'),
    status: withoutPrefix('StatusCode', 'STATUS_CODE_'),
    ...when(columns, 'StatusMessage', { status_message: 'StatusMessage' }),
    ...origin,
    scope_name: scope('ScopeName', 'otel.scope.name'),
    scope_version: scope('ScopeVersion', 'otel.scope.version'),
    weight: samplingWeightSql('TraceState'),
    event_name: '`Events.Name`',
    ...when(columns, 'Events.Timestamp', { event_time: '`Events.Timestamp`' }),
    ...when(columns, 'Events.Attributes', { event_attributes: jsonTexts('`Events.Attributes`') }),
    ...when(columns, 'Links.TraceId', { link_trace_id: '`Links.TraceId`' }),
    ...when(columns, 'Links.SpanId', { link_span_id: '`Links.SpanId`' }),
    ...when(columns, 'Links.TraceState', { link_trace_state: '`Links.TraceState`' }),
    ...when(columns, 'Links.Attributes', { link_attributes: jsonTexts('`Links.Attributes`') }),
    attributes_own: 'SpanAttributes',
    ...scopeAttributes(columns),
    attributes_resource: 'ResourceAttributes',
  }
}

export function logicalLogs({ columns }: OtelTable): Columns {
  return {
    time: 'Timestamp',
    observed_time: 'Timestamp',
    trace_id: 'TraceId',
    span_id: 'SpanId',
    ...when(columns, 'SeverityNumber', { severity_number: 'SeverityNumber' }),
    ...when(columns, 'SeverityText', { severity_text: 'SeverityText' }),
    ...when(columns, 'EventName', { event_name: 'EventName' }),
    body: 'Body',
    ...origin,
    ...when(columns, 'ScopeName', { scope_name: 'ScopeName' }),
    ...when(columns, 'ScopeVersion', { scope_version: 'ScopeVersion' }),
    attributes_own: 'LogAttributes',
    ...scopeAttributes(columns),
    attributes_resource: 'ResourceAttributes',
  }
}

/** An id of zeros is written where an exemplar has none. */
const idsOf = (column: string): string => `arrayMap(id -> if(match(id, '^0*$'), '', id), ${column})`

export function logicalMetrics({ columns }: OtelTable, kind: OtelTableKind): Columns {
  const time = (column: string): string =>
    columns.get(column)?.startsWith('DateTime64') === true
      ? column
      : // a cast, because the engine knows that it keeps the order: a filter on time still skips parts
        `CAST(${column}, 'DateTime64(9)')`
  return {
    time: time('TimeUnix'),
    ...when(columns, 'StartTimeUnix', { start_time: time('StartTimeUnix') }),
    name: 'MetricName',
    ...when(columns, 'MetricUnit', { unit: 'MetricUnit' }),
    ...when(columns, 'MetricDescription', { description: 'MetricDescription' }),
    type: `'${kind.replace('metrics_', '')}'`,
    temporality: columns.has('AggregationTemporality')
      ? "multiIf(AggregationTemporality = 1, 'delta', AggregationTemporality = 2, 'cumulative', 'unspecified')"
      : "'unspecified'",
    ...when(columns, 'IsMonotonic', { monotonic: 'toBool(IsMonotonic)' }),
    ...when(columns, 'Flags', { no_recorded_value: 'toBool(bitAnd(Flags, 1))' }),
    ...when(columns, 'Value', { value: 'Value' }),
    ...when(columns, 'Count', { count: 'Count' }),
    ...when(columns, 'Sum', { sum: 'toNullable(Sum)' }),
    ...when(columns, 'Min', { min: 'toNullable(Min)' }),
    ...when(columns, 'Max', { max: 'toNullable(Max)' }),
    ...when(columns, 'ExplicitBounds', { bounds: 'ExplicitBounds' }),
    ...when(columns, 'BucketCounts', { bucket_counts: 'BucketCounts' }),
    ...when(columns, 'Scale', { scale: 'Scale' }),
    ...when(columns, 'ZeroCount', { zero_count: 'ZeroCount' }),
    ...when(columns, 'ZeroThreshold', { zero_threshold: 'ZeroThreshold' }),
    ...when(columns, 'PositiveOffset', { positive_offset: 'PositiveOffset' }),
    ...when(columns, 'PositiveBucketCounts', { positive_counts: 'PositiveBucketCounts' }),
    ...when(columns, 'NegativeOffset', { negative_offset: 'NegativeOffset' }),
    ...when(columns, 'NegativeBucketCounts', { negative_counts: 'NegativeBucketCounts' }),
    ...when(columns, 'ValueAtQuantiles.Quantile', { quantile: '`ValueAtQuantiles.Quantile`' }),
    ...when(columns, 'ValueAtQuantiles.Value', { quantile_value: '`ValueAtQuantiles.Value`' }),
    ...when(columns, 'Exemplars.TimeUnix', {
      exemplar_time: "arrayMap(at -> toDateTime64(at, 9, 'UTC'), `Exemplars.TimeUnix`)",
      exemplar_value: '`Exemplars.Value`',
      exemplar_trace_id: idsOf('`Exemplars.TraceId`'),
      exemplar_span_id: idsOf('`Exemplars.SpanId`'),
      exemplar_attributes: jsonTexts('`Exemplars.FilteredAttributes`'),
    }),
    ...origin,
    ...when(columns, 'ScopeName', { scope_name: 'ScopeName' }),
    ...when(columns, 'ScopeVersion', { scope_version: 'ScopeVersion' }),
    attributes_own: 'Attributes',
    ...scopeAttributes(columns),
    attributes_resource: 'ResourceAttributes',
  }
}

function when(columns: OtelTable['columns'], column: string, expressions: Columns): Columns {
  return columns.has(column) ? expressions : {}
}

const scopeAttributes = (columns: OtelTable['columns']): Columns =>
  when(columns, 'ScopeAttributes', { attributes_scope: 'ScopeAttributes' })
