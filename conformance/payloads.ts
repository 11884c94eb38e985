/** Telemetry that does no harm, as OTLP/JSON messages: `requestBytes` gives either encoding. */
import { randomBytes } from 'node:crypto'
import { encodeMessage } from './wire/encode-message.ts'
import type { Message } from './wire/encode-message.ts'

export type Signal = 'traces' | 'logs' | 'metrics'
export type Encoding = 'protobuf' | 'json'

export const requestTypes: Readonly<Record<Signal, string>> = {
  traces: 'TracesRequest',
  logs: 'LogsRequest',
  metrics: 'MetricsRequest',
}
export const responseTypes: Readonly<Record<Signal, string>> = {
  traces: 'TracesResponse',
  logs: 'LogsResponse',
  metrics: 'MetricsResponse',
}

export function requestBytes(signal: Signal, message: Message, encoding: Encoding): Buffer {
  return encoding === 'json'
    ? Buffer.from(JSON.stringify(message))
    : encodeMessage(requestTypes[signal], message)
}

export const traceId = (): string => randomBytes(16).toString('hex')
export const spanId = (): string => randomBytes(8).toString('hex')

/** The time in nanoseconds, as OTLP/JSON has it. */
export const now = (offsetMs = 0): string => `${Date.now() + offsetMs}000000`

export const text = (key: string, value: string): Message => ({
  key,
  value: { stringValue: value },
})

const resource: Message = { attributes: [text('service.name', 'otlp-conformance')] }
const scope: Message = { name: 'otlp-conformance', version: '1' }

export const span = (more: Message = {}): Message => ({
  traceId: traceId(),
  spanId: spanId(),
  name: 'conformance',
  kind: 1,
  startTimeUnixNano: now(-1),
  endTimeUnixNano: now(),
  ...more,
})

export const traces = (spans: readonly Message[] = [span()], more: Message = {}): Message => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope, spans }], ...more }],
})

export const logRecord = (more: Message = {}): Message => ({
  timeUnixNano: now(),
  observedTimeUnixNano: now(),
  severityNumber: 9,
  severityText: 'INFO',
  body: { stringValue: 'conformance' },
  ...more,
})

export const logs = (logRecords: readonly Message[] = [logRecord()]): Message => ({
  resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }],
})

/** A point of any kind of metric. */
export const point = (more: Message): Message => ({
  startTimeUnixNano: now(-1000),
  timeUnixNano: now(),
  ...more,
})

export const metric = (data: Message): Message => ({
  name: 'conformance',
  unit: '1',
  description: 'sent by the OTLP conformance suite',
  ...data,
})

export const metrics = (
  list: readonly Message[] = [metric({ gauge: { dataPoints: [point({ asDouble: 1.5 })] } })],
): Message => ({
  resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: list }] }],
})

/** The simplest request of a signal. */
export const simple: Readonly<Record<Signal, () => Message>> = {
  traces: () => traces(),
  logs: () => logs(),
  metrics: () => metrics(),
}
