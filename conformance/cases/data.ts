import { logRecord, logs, now, span, spanId, text, traceId, traces } from '../payloads.ts'
import { schema } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'
import { dataCasesOf, everyKind, values } from './data-rows.ts'
import type { DataRow } from './data-rows.ts'

const anyValue = schema('common', 'AnyValue')
function nested(depth: number): Message {
  let value: Message = { stringValue: 'deep' }
  for (let i = 0; i < depth; i++) {
    value =
      i % 2 === 0
        ? { arrayValue: { values: [value] } }
        : { kvlistValue: { values: [{ key: 'k', value }] } }
  }
  return value
}

const rows: readonly DataRow[] = [
  [
    'span-full',
    'a span with every field: events, links, status, counts, flags, tracestate',
    schema('trace', 'Span'),
    'no-events',
    'traces',
    () =>
      traces([
        span({
          parentSpanId: spanId(),
          traceState: 'ot=th:8,vendor=1',
          flags: 0x301,
          attributes: everyKind('span'),
          droppedAttributesCount: 1,
          events: [
            {
              timeUnixNano: now(),
              name: 'exception',
              attributes: [text('exception.type', 'Error')],
              droppedAttributesCount: 2,
            },
          ],
          droppedEventsCount: 3,
          links: [
            {
              traceId: traceId(),
              spanId: spanId(),
              traceState: 'a=b',
              attributes: [text('k', 'v')],
              droppedAttributesCount: 4,
              flags: 0x101,
            },
          ],
          droppedLinksCount: 5,
          status: { code: 2, message: 'conformance' },
        }),
      ]),
  ],
  [
    'span-kinds',
    'spans of every kind and status',
    schema('trace', 'Span'),
    'few-kinds',
    'traces',
    () => traces([0, 1, 2, 3, 4, 5].map((kind) => span({ kind, status: { code: kind % 3 } }))),
  ],
  [
    'span-flags',
    'a span and a link whose reserved flags are set',
    schema('trace', 'Span'),
    'strict-flags',
    'traces',
    () =>
      traces([
        span({
          flags: 0xfffffc01,
          links: [{ traceId: traceId(), spanId: spanId(), flags: 0xfffffc01 }],
        }),
      ]),
  ],
  [
    'several-resources',
    'two resources with two scopes each',
    schema('trace', 'ResourceSpans'),
    'one-resource',
    'traces',
    () => {
      const scopeSpans = [1, 2].map((n) => ({
        scope: { name: `scope ${n}`, version: '1', attributes: everyKind('scope') },
        spans: [span()],
        schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
      }))
      const resources = [1, 2].map((n) => ({
        resource: {
          attributes: [text('service.name', `otlp-conformance-${n}`)],
          entityRefs: [{ type: 'service', idKeys: ['service.name'] }],
        },
        scopeSpans,
        schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
      }))
      return { resourceSpans: resources }
    },
  ],
  [
    'no-resource',
    'spans without a resource and without a scope',
    schema('trace', 'ResourceSpans'),
    'needs-resource',
    'traces',
    () => ({ resourceSpans: [{ scopeSpans: [{ spans: [span()] }] }] }),
  ],
  [
    'value-kinds',
    'attributes with values of every kind',
    anyValue,
    'no-bytes',
    'traces',
    () => traces([span({ attributes: everyKind('value') })]),
  ],
  [
    'value-empty',
    'attributes whose value is empty',
    anyValue,
    'no-empty-values',
    'traces',
    () =>
      traces([
        span({
          attributes: [
            { key: 'a', value: {} },
            { key: 'b', value: { arrayValue: { values: [{}, { stringValue: 's' }] } } },
          ],
        }),
      ]),
  ],
  [
    'value-nested',
    'an attribute whose value is nested 10 deep',
    anyValue,
    'flat-values',
    'traces',
    () => traces([span({ attributes: [{ key: 'deep', value: nested(10) }] })]),
  ],
  [
    'log-body-kinds',
    'log records whose bodies are values of every kind, and one without a body',
    schema('logs', 'LogRecord'),
    'text-bodies',
    'logs',
    () =>
      logs([
        ...values.map((body) => logRecord({ body })),
        logRecord({ body: nested(3) }),
        logRecord({ body: null }),
      ]),
  ],
  [
    'log-event',
    'a log record that is an event, in a trace',
    schema('logs', 'LogRecord'),
    'no-event-names',
    'logs',
    () =>
      logs([
        logRecord({
          eventName: 'conformance.event',
          traceId: traceId(),
          spanId: spanId(),
          flags: 1,
          attributes: everyKind('log'),
          droppedAttributesCount: 1,
        }),
      ]),
  ],
  [
    'log-observed-time',
    'a log record with the time of its observation alone',
    schema('logs', 'LogRecord'),
    'needs-time',
    'logs',
    () => logs([logRecord({ timeUnixNano: '0' })]),
  ],
  [
    'log-invalid-ids',
    'log records with ids of zeros and of a wrong length: they belong to no trace',
    schema('logs', 'LogRecord'),
    'strict-log-ids',
    'logs',
    () =>
      logs([
        logRecord({ traceId: '00'.repeat(16), spanId: '00'.repeat(8) }),
        logRecord({ traceId: 'abcd', spanId: 'ef' }),
      ]),
  ],
  [
    'log-flags',
    'a log record whose reserved flags are set',
    schema('logs', 'LogRecord'),
    'strict-flags',
    'logs',
    () => logs([logRecord({ flags: 0xffffff01 })]),
  ],
  [
    'log-severities',
    'log records of every severity, and without one',
    schema('logs', 'LogRecord'),
    'few-severities',
    'logs',
    () => logs(Array.from({ length: 25 }, (_, severityNumber) => logRecord({ severityNumber }))),
  ],
]

export const dataCases = dataCasesOf(rows)
