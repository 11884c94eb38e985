import type { ConformanceCase } from '../conformance-case.ts'
import type { FaultName } from '../reference/faults.ts'
import { accepted, expectThat, partialSuccess, refusedWith } from '../http-checks.ts'
import type { Signal } from '../payloads.ts'
import { logRecord, logs, metric, metrics, point, span, spanId, traceId } from '../payloads.ts'
import { traces } from '../payloads.ts'
import { post, sending } from '../requests.ts'
import { otlp, protoJson } from '../sections.ts'
import type { Section } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'

const json = otlp('JSON Protobuf Encoding')
const withValue = (value: Message): Message => traces([span({ attributes: [{ key: 'k', value }] })])
const gauge = (asDouble: unknown): Message =>
  metrics([metric({ gauge: { dataPoints: [point({ asDouble })] } })])

const rows: readonly [
  name: string,
  sends: string,
  section: Section,
  level: ConformanceCase['level'],
  fault: FaultName,
  body: () => Message | string,
  signal?: Signal,
][] = [
  [
    'ids-upper-case',
    'ids as hexadecimal digits in upper case',
    json,
    'MUST',
    'lower-case-ids',
    () => traces([span({ traceId: traceId().toUpperCase(), spanId: spanId().toUpperCase() })]),
  ],
  [
    'ids-lower-case',
    'ids as hexadecimal digits in lower case, also of a link and of the parent',
    json,
    'MUST',
    'base64-ids',
    () =>
      traces([
        span({
          parentSpanId: spanId(),
          links: [{ traceId: traceId(), spanId: spanId() }],
        }),
      ]),
  ],
  [
    'int64-string',
    'an integer as a decimal string, larger than a double holds',
    json,
    'MUST',
    'no-int-strings',
    () => withValue({ intValue: '9007199254740993' }),
  ],
  [
    'int64-number',
    'an integer as a number',
    json,
    'MUST',
    'no-int-numbers',
    () => withValue({ intValue: -25 }),
  ],
  [
    'int64-limits',
    'the smallest and the largest integer, as strings',
    json,
    'MUST',
    'no-int-strings',
    () =>
      withValue({
        arrayValue: {
          values: [{ intValue: '-9223372036854775808' }, { intValue: '9223372036854775807' }],
        },
      }),
  ],
  [
    'time-number',
    'times as numbers, beyond what a double holds exactly',
    json,
    'MUST',
    'no-int-numbers',
    () => JSON.stringify(traces()).replace(/UnixNano":"(\d+)"/g, 'UnixNano":$1'),
  ],
  [
    'enum-number',
    'enumerations as integers: the kind and the status of a span',
    json,
    'MUST',
    'enum-names-only',
    () => traces([span({ kind: 2, status: { code: 2, message: 'conformance' } })]),
  ],
  [
    'unknown-fields',
    'fields that nobody knows, in every message, of every type of JSON',
    json,
    'MUST',
    'no-unknown-fields',
    () => {
      const unknown = { conformance: { a: [1, 'b', null, { c: true }] }, conformance2: 7 }
      const attributes = [{ key: 'k', value: { stringValue: 'v' }, ...unknown }]
      return {
        ...unknown,
        resourceSpans: [
          {
            ...unknown,
            resource: { ...unknown, attributes },
            scopeSpans: [{ ...unknown, scope: unknown, spans: [{ ...span(), ...unknown }] }],
          },
        ],
      }
    },
  ],
  [
    'original-names',
    'names of the schema, such as resource_spans, with what cannot be their content',
    json,
    'MUST',
    'original-names',
    () => ({ ...traces(), resource_spans: 7, resource: { dropped_attributes_count: 'x' } }),
  ],
  [
    'null-is-default',
    'null in fields of every type',
    protoJson,
    'SHOULD',
    'no-nulls',
    () => traces([span({ traceState: null, attributes: null, status: null, kind: null })]),
  ],
  [
    'special-doubles',
    'the doubles "NaN", "Infinity" and "-Infinity"',
    protoJson,
    'SHOULD',
    'no-double-strings',
    () =>
      metrics([
        metric({
          gauge: {
            dataPoints: ['NaN', 'Infinity', '-Infinity'].map((asDouble) => point({ asDouble })),
          },
        }),
      ]),
    'metrics',
  ],
  [
    'double-string',
    'a double as a string',
    protoJson,
    'SHOULD',
    'no-double-strings',
    () => gauge('1.5'),
    'metrics',
  ],
  [
    'double-exponent',
    'a double with an exponent, and one without a fraction',
    protoJson,
    'MUST',
    'plain-doubles',
    () =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"conformance","gauge":{"dataPoints":[{"timeUnixNano":"${Date.now()}000000","asDouble":1.5e3},{"timeUnixNano":"${Date.now()}000000","asDouble":2}]}}]}]}]}`,
    'metrics',
  ],
  [
    'bytes-base64',
    'bytes as base64, with padding',
    protoJson,
    'MUST',
    'no-bytes',
    () => withValue({ bytesValue: 'AQIDBA==' }),
  ],
  [
    'bytes-base64url',
    'bytes as base64 for URLs, without padding',
    protoJson,
    'SHOULD',
    'no-base64url',
    () => withValue({ bytesValue: '-_-_AQ' }),
  ],
  [
    'white-space',
    'JSON with white space and line breaks',
    json,
    'MUST',
    'compact-json-only',
    () => `\r\n\t ${JSON.stringify(traces(), undefined, 2)} \n`,
  ],
  [
    'text',
    'text with escapes, quotes, accents and characters beyond 16 bits',
    json,
    'MUST',
    'ascii-only',
    () =>
      String.raw`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","body":{"stringValue":"\"a\"\\\n\u00e4\ud83c\udf50 ä🍐 \u0000"}}]}]}]}`,
    'logs',
  ],
  [
    'empty-value',
    'attributes without a value, and with one without content',
    json,
    'MUST',
    'no-empty-values',
    () => traces([span({ attributes: [{ key: 'a' }, { key: 'b', value: {} }] })]),
  ],
  [
    'ids-of-logs',
    'a log record with ids in mixed case, and one with empty ids',
    json,
    'MUST',
    'lower-case-ids',
    () =>
      logs([
        logRecord({ traceId: '5B8EfFf798038103D269b633813fc60C', spanId: 'eEe19B7EC3C1b174' }),
        logRecord({ traceId: '', spanId: '' }),
      ]),
    'logs',
  ],
]

export const jsonCases: readonly ConformanceCase[] = [
  ...rows.map(([name, sends, section, level, fault, body, signal = 'traces']): ConformanceCase => ({
    id: `json/${name}`,
    level,
    section,
    sends,
    expects: '200, nothing rejected',
    needs: ['json'],
    fault,
    run: sending(
      () => {
        const message = body()
        return post(signal, 'json', typeof message === 'string' ? message : JSON.stringify(message))
      },
      accepted(signal, 'json'),
    ),
  })),
  {
    id: 'json/ids-base64',
    level: 'SHOULD',
    section: json,
    sends: 'a span whose ids are base64, as protobuf has them and OTLP does not',
    expects: '400, or 200 with the span rejected: it is not the id that it looks like',
    needs: ['json'],
    fault: 'any-ids',
    run: sending(
      () =>
        post(
          'traces',
          'json',
          JSON.stringify(
            traces([span({ traceId: 'W47/95gDgQPSabYzgT/GDA==', spanId: '7uGbfsPBsXQ=' })]),
          ),
        ),
      (answer) => {
        if (answer.status === 400) return
        const partial = partialSuccess(answer, 'traces', 'json')
        expectThat(partial !== undefined && partial.rejected > 0, 'the span was taken')
      },
    ),
  },
  {
    id: 'json/enum-names',
    level: 'MAY',
    section: json,
    sends: 'a span whose kind is a name, which senders must not do',
    expects: '400 or 200: a plain answer, not a failure of the server',
    needs: ['json'],
    fault: 'breaks-on-enum-names',
    run: sending(
      () => post('traces', 'json', JSON.stringify(traces([span({ kind: 'SPAN_KIND_SERVER' })]))),
      refusedWith(200, 400),
    ),
  },
]
