import type { AttributeValue } from '../relations/relations.ts'

/** Attributes by key; integers that a number cannot hold exactly are decimal strings. */
export type Attributes = Record<string, AttributeValue>

/** Who sent something; null where it did not say. */
export interface Origin {
  service: string | null
  serviceVersion: string | null
  environment: string | null
  serviceInstance: string | null
}

export interface SpanEvent {
  /** ISO 8601 with nanoseconds, UTC, like every time of a trace. */
  time: string
  name: string
  attributes: Attributes
}

export interface SpanLink {
  traceId: string
  spanId: string
  attributes: Attributes
}

export interface TraceSpan extends Origin {
  spanId: string
  /** Null for a root. A parent need not be among the spans: it may never have arrived. */
  parentSpanId: string | null
  name: string
  kind: string
  status: 'unset' | 'ok' | 'error'
  statusMessage: string
  scope: string
  time: string
  /** Milliseconds since the trace began. */
  offset: number
  /** Milliseconds. */
  duration: number
  /** How many spans this one stands for. */
  weight: number
  /** Attributes of the span, its scope and its resource in one. */
  attributes: Attributes
  events: SpanEvent[]
  links: SpanLink[]
}

export interface TraceLog extends Origin {
  time: string
  /** Milliseconds since the trace began. */
  offset: number
  spanId: string | null
  /** OTLP severity number, 0 where there is none. */
  severityNumber: number
  severityText: string
  eventName: string
  body: string
  attributes: Attributes
}

/** A measured value that a metric kept as an example, and the trace that it belongs to. */
export interface Exemplar {
  metric: string
  unit: string
  service: string | null
  time: string
  value: number | null
  traceId: string
  spanId: string | null
  /** The attributes that the metric itself left out. */
  attributes: Attributes
}

/** Everything that is known under one trace id. */
export interface Trace {
  traceId: string
  /** When its first span began, or its first log record was written; ISO 8601 with nanoseconds. */
  startedAt: string
  /** Milliseconds from the start of the first span to the end of the last. */
  duration: number
  /** In the order of their start. */
  spans: TraceSpan[]
  logs: TraceLog[]
  exemplars: Exemplar[]
  /** False where there is more than is told here: at most 10,000 spans, 10,000 log records and 100 exemplars. */
  complete: boolean
}
