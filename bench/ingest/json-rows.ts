import { requestTypes } from '../../src/otlp/testing/otlp-proto.ts'
import { initialLayout } from '../../src/store/tables/table-layout.ts'

interface KeyValue {
  key: string
  value: { stringValue?: string; intValue?: number; doubleValue?: number }
}
interface Span {
  traceId: Uint8Array
  spanId: Uint8Array
  parentSpanId: Uint8Array
  name: string
  kind: number
  startTimeUnixNano: number
  endTimeUnixNano: number
  attributes: KeyValue[]
}
interface Request {
  resourceSpans: {
    resource: { attributes: KeyValue[] }
    scopeSpans: { scope: { name: string; version: string }; spans: Span[] }[]
  }[]
}

const { promoted } = initialLayout('traces')
const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
const origins: Readonly<Record<string, string>> = {
  'service.name': 'service',
  'service.version': 'service_version',
  'service.instance.id': 'service_instance',
  'deployment.environment.name': 'environment',
}

/**
 * The usual way into ClickHouse: a generated decoder, an object a span, a line of JSON each, for the same table.
 * @param body an export request in protobuf
 */
export function jsonRows(body: Uint8Array): string {
  const request = requestTypes.traces.decode(body) as unknown as Request
  let lines = ''
  for (const { resource, scopeSpans } of request.resourceSpans) {
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans) {
        lines += `${JSON.stringify(row(span, resource.attributes, scope))}\n`
      }
    }
  }
  return lines
}

function row(
  span: Span,
  resource: readonly KeyValue[],
  scope: { name: string; version: string },
): Record<string, unknown> {
  const start = BigInt(String(span.startTimeUnixNano))
  const strings: Record<string, string> = {}
  const integers: Record<string, string> = {}
  const doubles: Record<string, number> = {}
  const columns: Record<string, unknown> = {
    time: String(start),
    duration: String(BigInt(String(span.endTimeUnixNano)) - start),
    trace_id: hex(span.traceId),
    span_id: hex(span.spanId),
    parent_span_id: hex(span.parentSpanId),
    name: span.name,
    kind: kinds[span.kind],
    scope_name: scope.name,
    scope_version: scope.version,
    weight: 1,
    attributes_string: strings,
    attributes_int: integers,
    attributes_double: doubles,
  }
  for (const { key, value } of [...resource, ...span.attributes]) {
    const origin = origins[key]
    if (value.stringValue !== undefined) {
      const column = origin ?? promoted.get(`string:${key}`)
      if (column === undefined) strings[key] = value.stringValue
      else columns[column] = value.stringValue
    } else if (value.intValue !== undefined) {
      const column = promoted.get(`int:${key}`)
      if (column === undefined) integers[key] = String(value.intValue)
      else columns[column] = String(value.intValue)
    } else if (value.doubleValue !== undefined) doubles[key] = value.doubleValue
  }
  return columns
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
