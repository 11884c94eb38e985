import type { ConformanceCase } from '../conformance-case.ts'
import type { FaultName } from '../reference/faults.ts'
import { accepted } from '../http-checks.ts'
import type { Signal } from '../payloads.ts'
import { metric, metrics, point, requestBytes, span, traces } from '../payloads.ts'
import { post, sending } from '../requests.ts'
import { otlp, protobuf, schema } from '../sections.ts'
import type { Section } from '../sections.ts'
import { encodeMessage } from '../wire/encode-message.ts'
import {
  bytesField,
  doubleField,
  fixed32Field,
  fixed64Field,
  tag,
  varint,
  varintField,
} from '../wire/protobuf-writer.ts'

/** Field numbers that OTLP does not use, one of every wire type. */
const unknown = (): Buffer =>
  Buffer.concat([
    varintField(15_001, 7),
    fixed64Field(15_002, 7n),
    bytesField(15_003, 'unknown'),
    fixed32Field(15_004, 7),
  ])

const oneSpan = (): Buffer => encodeMessage('Span', span())
const inRequest = (spanBytes: Buffer): Buffer =>
  bytesField(1, bytesField(2, bytesField(2, spanBytes)))

/** A histogram point with bounds 1 and 2 and these bytes for its bucket counts. */
function histogram(bucketCounts: Buffer, bounds: Buffer): Buffer {
  const { startTimeUnixNano, timeUnixNano } = point({})
  const fields = [
    fixed64Field(2, BigInt(startTimeUnixNano as string)),
    fixed64Field(3, BigInt(timeUnixNano as string)),
    fixed64Field(4, 3n),
    bucketCounts,
    bounds,
  ]
  const data = Buffer.concat([bytesField(1, Buffer.concat(fields)), varintField(2, 2)])
  const named = Buffer.concat([bytesField(1, 'conformance'), bytesField(9, data)])
  return bytesField(1, bytesField(2, bytesField(2, named)))
}

const fixed64s = (values: readonly bigint[]): Buffer =>
  Buffer.concat(values.map((value) => fixed64Field(1, value).subarray(1)))
const doubles = (values: readonly number[]): Buffer =>
  Buffer.concat(values.map((value) => doubleField(1, value).subarray(1)))

const rows: readonly [
  name: string,
  sends: string,
  section: Section,
  level: ConformanceCase['level'],
  fault: FaultName,
  body: () => Buffer,
  signal?: Signal,
][] = [
  [
    'unknown-fields-request',
    'fields that nobody knows, of every wire type, in the request',
    otlp('Future Versions and Interoperability'),
    'MUST',
    'no-unknown-fields',
    () => Buffer.concat([unknown(), requestBytes('traces', traces(), 'protobuf'), unknown()]),
  ],
  [
    'unknown-fields-span',
    'fields that nobody knows, of every wire type, in a span',
    otlp('Future Versions and Interoperability'),
    'MUST',
    'no-unknown-fields',
    () => inRequest(Buffer.concat([unknown(), oneSpan(), unknown()])),
  ],
  [
    'unknown-fields-value',
    'a field that nobody knows in place of the value of an attribute',
    otlp('Future Versions and Interoperability'),
    'MUST',
    'no-unknown-fields',
    () =>
      inRequest(
        Buffer.concat([
          oneSpan(),
          bytesField(9, Buffer.concat([bytesField(1, 'key'), bytesField(2, unknown())])),
        ]),
      ),
  ],
  [
    'field-order',
    'a span before the scope and the resource that it belongs to',
    protobuf('Field Order'),
    'MUST',
    'ordered-fields',
    () => {
      const scope = encodeMessage('Scope', { name: 'otlp-conformance' })
      const scopeSpans = Buffer.concat([bytesField(2, oneSpan()), bytesField(1, scope)])
      const resource = encodeMessage('Resource', { droppedAttributesCount: 1 })
      return bytesField(1, Buffer.concat([bytesField(2, scopeSpans), bytesField(1, resource)]))
    },
  ],
  [
    'split-message',
    'the status of a span in two pieces',
    protobuf('Last One Wins'),
    'MUST',
    'no-split-messages',
    () => {
      const pieces = [bytesField(15, bytesField(2, 'broken')), bytesField(15, varintField(3, 2))]
      return inRequest(Buffer.concat([oneSpan(), ...pieces]))
    },
  ],
  [
    'repeated-single-field',
    'a span with two names, of which the last one counts',
    protobuf('Last One Wins'),
    'MUST',
    'no-repeated-singles',
    () => inRequest(Buffer.concat([oneSpan(), bytesField(5, 'last')])),
  ],
  [
    'packed',
    'bucket counts that are packed',
    protobuf('Packed Repeated Fields'),
    'MUST',
    'no-packed',
    () => histogram(bytesField(6, fixed64s([1n, 1n, 1n])), bytesField(7, doubles([1, 2]))),
    'metrics',
  ],
  [
    'unpacked',
    'bucket counts that are not packed',
    protobuf('Packed Repeated Fields'),
    'MUST',
    'no-unpacked',
    () =>
      histogram(
        Buffer.concat([1n, 1n, 1n].map((count) => fixed64Field(6, count))),
        Buffer.concat([doubleField(7, 1), doubleField(7, 2)]),
      ),
    'metrics',
  ],
  [
    'long-varint',
    'a length in more bytes than it needs',
    protobuf('Message Structure'),
    'SHOULD',
    'no-long-varints',
    () => {
      const content = bytesField(2, bytesField(2, oneSpan()))
      const length = varint(content.length)
      length[length.length - 1]! |= 0x80
      return Buffer.concat([tag(1, 2), length, Buffer.from([0x80, 0x00]), content])
    },
  ],
  [
    'unknown-enum',
    'a span of a kind that nobody knows',
    otlp('Future Versions and Interoperability'),
    'MUST',
    'closed-enums',
    () => requestBytes('traces', traces([span({ kind: 77 })]), 'protobuf'),
  ],
  [
    'unknown-metric-data',
    'a metric with data of a kind that nobody knows',
    otlp('Future Versions and Interoperability'),
    'SHOULD',
    'no-empty-metrics',
    () => requestBytes('metrics', metrics([metric({})]), 'protobuf'),
    'metrics',
  ],
  [
    'profile-fields',
    'string_value_strindex and key_strindex, which are of profiles only',
    schema('common', 'AnyValue'),
    'SHOULD',
    'no-strindex',
    () => {
      const value = varintField(8, 1)
      const attributes = [
        bytesField(9, Buffer.concat([bytesField(1, 'key'), bytesField(2, value)])),
        bytesField(9, Buffer.concat([varintField(3, 1), bytesField(2, bytesField(1, 'value'))])),
      ]
      return inRequest(Buffer.concat([oneSpan(), ...attributes]))
    },
  ],
]

export const protobufCases: readonly ConformanceCase[] = rows.map(
  ([name, sends, section, level, fault, body, signal = 'traces']) => ({
    id: `protobuf/${name}`,
    level,
    section,
    sends,
    expects: '200, nothing rejected',
    fault,
    run: sending(() => post(signal, 'protobuf', body()), accepted(signal, 'protobuf')),
  }),
)
