/** Builds OTLP/JSON export requests and sends them to a store, for the tests of detectors and judge. */
import { createHash } from 'node:crypto'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import type { Store } from '../../src/store/store.ts'

export interface SpanSpec {
  /** Numbers become ids; unique in a trace. */
  trace: number
  span: number
  parent?: number
  name: string
  kind: 'server' | 'client' | 'internal' | 'consumer' | 'producer'
  /** ms since 1970 */
  start: number
  /** ms; default 5 */
  duration?: number
  status?: 'ok' | 'error'
  attributes?: Readonly<Record<string, string | number | boolean>>
  /** Names of events. */
  events?: readonly string[]
}

export interface Origin {
  service: string
  version: string
  environment?: string
  /** service.instance.id */
  instance?: string
  /** More of the resource. */
  resource?: Readonly<Record<string, string | number>>
}

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }

export function traceId(trace: number): string {
  return (trace + 1).toString(16).padStart(32, '0')
}

export function spanId(span: number): string {
  return (span + 1).toString(16).padStart(16, '0')
}

/** Spans of one service as one request. */
export function exportOf(
  { service, version, environment, instance, resource: more }: Origin,
  spans: readonly SpanSpec[],
): object {
  const resource = {
    'service.name': service,
    'service.version': version,
    ...(environment === undefined ? {} : { 'deployment.environment.name': environment }),
    ...(instance === undefined ? {} : { 'service.instance.id': instance }),
    ...more,
  }
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: 'test' }, spans: spans.map(jsonSpan) }],
      },
    ],
  }
}

/** Sends spans of one service as one request; resolves when they are on disk. */
export async function sendSpans(
  store: Store,
  origin: Origin,
  spans: readonly SpanSpec[],
): Promise<void> {
  const body = Buffer.from(JSON.stringify(exportOf(origin, spans)))
  const hash = createHash('sha1').update('traces').update(body).digest('hex')
  const { outcome } = await store.ingest('traces', hash, (batch) =>
    decodeExport('traces', 'json', body, batch),
  )
  if (outcome.accepted !== spans.length) throw new Error(outcome.errorMessage)
}

function jsonSpan(span: SpanSpec): object {
  const { trace, parent, name, kind, start, duration = 5, status, attributes = {} } = span
  return {
    traceId: traceId(trace),
    spanId: spanId(span.span),
    ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(start + duration),
    attributes: keyValues(attributes),
    events: (span.events ?? []).map((event) => ({ name: event, timeUnixNano: nanos(start) })),
    status: status === undefined ? {} : { code: status === 'ok' ? 1 : 2 },
  }
}

function nanos(millis: number): string {
  return String(BigInt(Math.round(millis * 1000)) * 1000n)
}

function keyValues(attributes: Readonly<Record<string, string | number | boolean>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  // as the JSON of protocol buffers writes it
  if (!Number.isFinite(value)) return { doubleValue: String(value) }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
