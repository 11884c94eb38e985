/** The messages of OTLP 1.11: opentelemetry-proto, and of google.rpc what answers use. */
export type Kind =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'double'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64'
  | 'fixed32'
  | 'uint32'
  | 'int32'
  | 'sint32'
  | 'enum'
  | 'message'

export interface Field {
  number: number
  /** As JSON has it: lowerCamelCase. */
  name: string
  kind: Kind
  /** The name of the message, where it is one. */
  message: string
  repeated: boolean
}

// NUMBER NAME KIND; a star means repeated, a capital letter a message.
const source: Readonly<Record<string, string>> = {
  AnyValue:
    '1 stringValue string, 2 boolValue bool, 3 intValue int64, 4 doubleValue double, 5 arrayValue ArrayValue, 6 kvlistValue KeyValueList, 7 bytesValue bytes, 8 stringValueStrindex int32',
  ArrayValue: '1 values AnyValue*',
  KeyValueList: '1 values KeyValue*',
  KeyValue: '1 key string, 2 value AnyValue, 3 keyStrindex int32',
  Scope: '1 name string, 2 version string, 3 attributes KeyValue*, 4 droppedAttributesCount uint32',
  EntityRef: '1 schemaUrl string, 2 type string, 3 idKeys string*, 4 descriptionKeys string*',
  Resource: '1 attributes KeyValue*, 2 droppedAttributesCount uint32, 3 entityRefs EntityRef*',

  TracesRequest: '1 resourceSpans ResourceSpans*',
  ResourceSpans: '1 resource Resource, 2 scopeSpans ScopeSpans*, 3 schemaUrl string',
  ScopeSpans: '1 scope Scope, 2 spans Span*, 3 schemaUrl string',
  Span: '1 traceId id, 2 spanId id, 3 traceState string, 4 parentSpanId id, 5 name string, 6 kind enum, 7 startTimeUnixNano fixed64, 8 endTimeUnixNano fixed64, 9 attributes KeyValue*, 10 droppedAttributesCount uint32, 11 events Event*, 12 droppedEventsCount uint32, 13 links Link*, 14 droppedLinksCount uint32, 15 status SpanStatus, 16 flags fixed32',
  Event:
    '1 timeUnixNano fixed64, 2 name string, 3 attributes KeyValue*, 4 droppedAttributesCount uint32',
  Link: '1 traceId id, 2 spanId id, 3 traceState string, 4 attributes KeyValue*, 5 droppedAttributesCount uint32, 6 flags fixed32',
  SpanStatus: '2 message string, 3 code enum',

  LogsRequest: '1 resourceLogs ResourceLogs*',
  ResourceLogs: '1 resource Resource, 2 scopeLogs ScopeLogs*, 3 schemaUrl string',
  ScopeLogs: '1 scope Scope, 2 logRecords LogRecord*, 3 schemaUrl string',
  LogRecord:
    '1 timeUnixNano fixed64, 2 severityNumber enum, 3 severityText string, 5 body AnyValue, 6 attributes KeyValue*, 7 droppedAttributesCount uint32, 8 flags fixed32, 9 traceId id, 10 spanId id, 11 observedTimeUnixNano fixed64, 12 eventName string',

  MetricsRequest: '1 resourceMetrics ResourceMetrics*',
  ResourceMetrics: '1 resource Resource, 2 scopeMetrics ScopeMetrics*, 3 schemaUrl string',
  ScopeMetrics: '1 scope Scope, 2 metrics Metric*, 3 schemaUrl string',
  Metric:
    '1 name string, 2 description string, 3 unit string, 5 gauge Gauge, 7 sum Sum, 9 histogram Histogram, 10 exponentialHistogram ExponentialHistogram, 11 summary Summary, 12 metadata KeyValue*',
  Gauge: '1 dataPoints NumberDataPoint*',
  Sum: '1 dataPoints NumberDataPoint*, 2 aggregationTemporality enum, 3 isMonotonic bool',
  Histogram: '1 dataPoints HistogramDataPoint*, 2 aggregationTemporality enum',
  ExponentialHistogram:
    '1 dataPoints ExponentialHistogramDataPoint*, 2 aggregationTemporality enum',
  Summary: '1 dataPoints SummaryDataPoint*',
  NumberDataPoint:
    '2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 asDouble double, 5 exemplars Exemplar*, 6 asInt sfixed64, 7 attributes KeyValue*, 8 flags uint32',
  HistogramDataPoint:
    '2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double, 6 bucketCounts fixed64*, 7 explicitBounds double*, 8 exemplars Exemplar*, 9 attributes KeyValue*, 10 flags uint32, 11 min double, 12 max double',
  ExponentialHistogramDataPoint:
    '1 attributes KeyValue*, 2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double, 6 scale sint32, 7 zeroCount fixed64, 8 positive Buckets, 9 negative Buckets, 10 flags uint32, 11 exemplars Exemplar*, 12 min double, 13 max double, 14 zeroThreshold double',
  Buckets: '1 offset sint32, 2 bucketCounts uint64*',
  SummaryDataPoint:
    '2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double, 6 quantileValues ValueAtQuantile*, 7 attributes KeyValue*, 8 flags uint32',
  ValueAtQuantile: '1 quantile double, 2 value double',
  Exemplar:
    '2 timeUnixNano fixed64, 3 asDouble double, 4 spanId id, 5 traceId id, 6 asInt sfixed64, 7 filteredAttributes KeyValue*',

  TracesResponse: '1 partialSuccess TracesPartialSuccess',
  TracesPartialSuccess: '1 rejectedSpans int64, 2 errorMessage string',
  LogsResponse: '1 partialSuccess LogsPartialSuccess',
  LogsPartialSuccess: '1 rejectedLogRecords int64, 2 errorMessage string',
  MetricsResponse: '1 partialSuccess MetricsPartialSuccess',
  MetricsPartialSuccess: '1 rejectedDataPoints int64, 2 errorMessage string',

  RpcStatus: '1 code int32, 2 message string, 3 details Any*',
  Any: '1 typeUrl string, 2 value bytes',
  BadRequest: '1 fieldViolations FieldViolation*',
  FieldViolation: '1 field string, 2 description string',
  RetryInfo: '1 retryDelay Duration',
  Duration: '1 seconds int64, 2 nanos int32',
}

const parsed = new Map(
  Object.entries(source).map(([message, fields]) => [message, fields.split(', ').map(parseField)]),
)

/** The fields of a message. */
export function fieldsOf(message: string): readonly Field[] {
  const fields = parsed.get(message)
  if (fields === undefined) throw new Error(`There is no message ${message}.`)
  return fields
}

function parseField(text: string): Field {
  const [number = '', name = '', type = ''] = text.split(' ')
  const bare = type.replace('*', '')
  const isMessage = /^[A-Z]/.test(bare)
  return {
    number: Number(number),
    name,
    kind: isMessage ? 'message' : (bare as Kind),
    message: isMessage ? bare : '',
    repeated: type.endsWith('*'),
  }
}
