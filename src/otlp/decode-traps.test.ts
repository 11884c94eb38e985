import { expect, test } from 'vitest'
import type { Signal } from '../signal.ts'
import { ColumnBatch } from './column-batch.ts'
import { decodeExport } from './decode-export.ts'
import { batchRows } from './testing/batch-rows.ts'
import type { Row } from './testing/batch-rows.ts'
import type { Plain } from './testing/otlp-proto.ts'
import { encodeMessage, otlpRoot, requestTypes } from './testing/otlp-proto.ts'
import { bytesField } from './wire-writer.ts'

const traceId = '5B8EFFF798038103D269B633813FC60C'
const spanId = 'eee19b7ec3c1b174'

function fromJson(signal: Signal, body: string): Row[] {
  const batch = new ColumnBatch(signal)
  decodeExport(signal, 'json', Buffer.from(body), batch)
  return batchRows(batch)
}

const jsonSpan = (fields: string): Row[] =>
  fromJson(
    'traces',
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${traceId}","spanId":"${spanId}",${fields}}]}]}]}`,
  )

test('64-bit integers are strings or numbers, and exact in both', () => {
  const [row] = jsonSpan(`
    "startTimeUnixNano": 1544712660300000001, "endTimeUnixNano": "1544712660300000003",
    "attributes": [
      {"key": "text", "value": {"intValue": "25"}}, {"key": "number", "value": {"intValue": -25}},
      {"key": "large", "value": {"intValue": 9007199254740993}},
      {"key": "least", "value": {"intValue": "-9223372036854775808"}}
    ]`)
  expect(row).toMatchObject({ time: 1544712660300000001n, duration: 2n })
  expect(row?.attributes).toEqual({
    'int:text': 25n,
    'int:number': -25n,
    'int:large': 9007199254740993n,
    'int:least': -(2n ** 63n),
  })
})

test('enumerations are numbers; names are understood', () => {
  expect(jsonSpan('"kind": 3, "status": {"code": 2}')[0]).toMatchObject({ kind: 3, status: 2 })
  expect(
    jsonSpan('"kind": "SPAN_KIND_CLIENT", "status": {"code": "STATUS_CODE_ERROR"}')[0],
  ).toMatchObject({ kind: 3, status: 2 })
  expect(jsonSpan('"kind": 99')[0]).toMatchObject({ kind: 0 })
  expect(jsonSpan('"kind": -1')[0]).toMatchObject({ kind: 0 })
  const log =
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"SEVERITY_NUMBER_ERROR2"}]}]}]}'
  expect(fromJson('logs', log)[0]).toMatchObject({ severityNumber: 18 })
})

test('identifiers of any case, unknown fields, snake case that means nothing, null that means absent', () => {
  const [row] = jsonSpan(
    '"parentSpanId": null, "name": null, "status": null, "parent_span_id": "x", "links": null',
  )
  expect(row).toMatchObject({ traceId: traceId.toLowerCase(), spanId, parentSpanId: '', name: '' })
})

test('identifiers in links that are byte arrays are malformed; wrong ones leave the link', () => {
  expect(() => jsonSpan('"links": [{"traceId": [1, 2, 3]}]')).toThrow('traceId is not a string')
  const [row] = jsonSpan(`"links": [{"traceId": "AAAA", "spanId": "${spanId}"}]`)
  expect(row).toMatchObject({ linkTraceId: [''], linkSpanId: [spanId] })
})

test.each([
  ['{"key": "k", "value": {"intValue": 1.5}}', 'intValue'],
  ['{"key": "k", "value": {"intValue": "0x10"}}', 'intValue'],
  ['{"key": "k", "value": {"intValue": "99999999999999999999"}}', 'intValue'],
  ['{"key": "k", "value": {"doubleValue": "many"}}', 'doubleValue'],
  ['{"key": "k", "value": {"stringValue": 5}}', 'stringValue'],
  ['{"key": 1, "value": {}}', 'key'],
  ['{"key": "k", "value": "v"}', 'value'],
])('%s is malformed', (attribute, named) => {
  expect(() => jsonSpan(`"attributes": [${attribute}]`)).toThrow(named)
})

test('not-a-number and infinity', () => {
  const [row] = jsonSpan(`"attributes": [{"key": "a", "value": {"doubleValue": "NaN"}}, {"key": "b",
    "value": {"doubleValue": "-Infinity"}}, {"key": "c", "value": {"arrayValue": {"values": [{"doubleValue": "NaN"}]}}}]`)
  expect(row?.attributes).toEqual({ 'double:a': NaN, 'double:b': -Infinity, 'json:c': '["NaN"]' })
})

const text = (key: string, value: string): Plain => ({ key, value: { stringValue: value } })

test('the levels of attributes: span beats scope beats resource, other values are kept', () => {
  const bytes = encodeMessage(requestTypes.traces, {
    resourceSpans: [
      {
        resource: { attributes: ['all', 'same', 'res', 'two'].map((key) => text(key, 'r')) },
        scopeSpans: [
          {
            scope: { attributes: [text('all', 's'), text('two', 's'), text('sc', 's')] },
            spans: [
              {
                traceId: new Uint8Array(16).fill(1),
                spanId: new Uint8Array(8).fill(1),
                attributes: [
                  text('all', 'old'),
                  text('same', 'r'),
                  text('all', 'o'),
                  text('sc', 'o'),
                ],
              },
              { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2) },
            ],
          },
        ],
      },
    ],
  })
  const batch = new ColumnBatch('traces')
  decodeExport('traces', 'protobuf', bytes, batch)
  const [first, second] = batchRows(batch).map(({ attributes }) => attributes)
  expect(first).toEqual({
    'string:all': 'o',
    'string:scope.all': 's',
    'string:resource.all': 'r',
    'string:same': 'r',
    'string:res': 'r',
    'string:two': 's',
    'string:resource.two': 'r',
    'string:sc': 'o',
    'string:scope.sc': 's',
  })
  expect(second).toEqual({
    'string:all': 's',
    'string:resource.all': 'r',
    'string:same': 'r',
    'string:res': 'r',
    'string:two': 's',
    'string:resource.two': 'r',
    'string:sc': 's',
  })
})

test('a resource in two pieces, after its spans, is one', () => {
  const resource = (key: string): Uint8Array =>
    bytesField(1, encodeMessage(otlpRoot.lookupType('Resource'), { attributes: [text(key, 'x')] }))
  const spans = bytesField(
    2,
    encodeMessage(otlpRoot.lookupType('ScopeSpans'), {
      spans: [{ traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(1) }],
    }),
  )
  const group = Buffer.concat([resource('service.name'), spans, resource('b')])
  const batch = new ColumnBatch('traces')
  decodeExport('traces', 'protobuf', bytesField(1, group), batch)
  expect(batchRows(batch)).toMatchObject([{ service: 'x', attributes: { 'string:b': 'x' } }])
})

/** A request with one record of these bytes. */
const withRecord = (record: Uint8Array): Uint8Array =>
  bytesField(1, bytesField(2, bytesField(2, record)))

test.each([
  // a number that begins in the status and ends after it
  ['a field', 'traces', [0x7a, 0x02, 0x18, 0x82, 0x00]],
  ['an eight-byte field', 'traces', [0x7a, 0x03, 0x19, 1, 2, 3, 4, 5, 6, 7, 8]],
  ['a length', 'traces', [0x7a, 0x02, 0x12, 0x03, 0x61, 0x61, 0x61]],
  // exponential histogram, data point, positive buckets, packed counts
  ['a packed number', 'metrics', [0x52, 8, 0x0a, 6, 0x42, 4, 0x12, 0x01, 0x80, 0x01]],
  ['an end of a group', 'logs', [0x0c]],
  ['field number 0', 'logs', [0x00, 0x00]],
  ['wire type 7', 'logs', [0x0f]],
  ['a number of eleven bytes', 'logs', [0x10, ...new Uint8Array(10).fill(0xff), 0x01]],
] as const)('%s that is out of place is malformed', (_, signal, record) => {
  const batch = new ColumnBatch(signal)
  const body = withRecord(Uint8Array.from(record))
  expect(() => decodeExport(signal, 'protobuf', body, batch)).toThrow('not valid OTLP')
})

test('values nested too deeply are malformed, not a crash', () => {
  let value: Uint8Array = new Uint8Array(0)
  for (let depth = 0; depth < 5000; depth++) value = bytesField(5, bytesField(1, value))
  const span = bytesField(9, bytesField(2, value))
  const body = withRecord(span)
  const batch = new ColumnBatch('traces')
  expect(() => decodeExport('traces', 'protobuf', body, batch)).toThrow('nested too deeply')
  const nested = `{"arrayValue":{"values":[`.repeat(120) + '{}' + ']}}'.repeat(120)
  expect(() => jsonSpan(`"attributes": [{"key": "k", "value": ${nested}}]`)).toThrow(
    'nested too deeply',
  )
})

test('telemetry without a time gets that of its arrival', () => {
  const batch = new ColumnBatch('logs')
  const body = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{"observedTimeUnixNano":"5"}]}]}]}'
  decodeExport('logs', 'json', Buffer.from(body), batch, 1_700_000_000_123)
  expect(batchRows(batch)).toMatchObject([
    { time: 1_700_000_000_123_000_000n, observedTime: 1_700_000_000_123_000_000n },
    { time: 5n, observedTime: 5n },
  ])
})

test('fields that belong to profiles count as absent, with a warning', () => {
  const warning =
    'fields that only profiles may have (key_strindex, string_value_strindex) were ignored'
  // LogRecord.attributes = 6: key_strindex = 3, value.string_value_strindex = 8 after string_value = 1
  const value = Uint8Array.of(0x0a, 1, 0x61, 0x40, 7)
  const pair = Buffer.concat(
    [bytesField(1, Buffer.from('k')), bytesField(2, value), [0x18, 3]].map((part) =>
      Buffer.from(part),
    ),
  )
  const batch = new ColumnBatch('logs')
  const outcome = decodeExport('logs', 'protobuf', withRecord(bytesField(6, pair)), batch)
  expect(outcome).toEqual({ accepted: 1, rejected: 0, errorMessage: warning })
  expect(batchRows(batch)).toMatchObject([{ attributes: { 'json:k': 'null' } }])

  const nested = bytesField(5, bytesField(5, bytesField(1, Uint8Array.of(0x40, 7))))
  expect(decodeExport('logs', 'protobuf', withRecord(nested), batch).errorMessage).toBe(warning)

  const record = '{"attributes":[{"key":"k","value":{"stringValueStrindex":7}}]}'
  const json = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`
  expect(decodeExport('logs', 'json', Buffer.from(json), batch).errorMessage).toBe(warning)
  const harmless = json.replace('"k"', '"Strindex"').replace('stringValueStrindex', 'intValue')
  expect(decodeExport('logs', 'json', Buffer.from(harmless), batch).errorMessage).toBe('')
})

test('reserved bits of flags are masked; what the sender left out is counted', () => {
  const [row] = jsonSpan(`"flags": 4294967295, "droppedAttributesCount": 1, "droppedEventsCount": 2,
    "droppedLinksCount": 4294967295, "links": [
      {"traceId": "${traceId}", "spanId": "${spanId}"},
      {"traceId": "${traceId}", "spanId": "${spanId}", "flags": 769, "traceState": "a=b"}]`)
  expect(row).toMatchObject({ flags: 0x3ff, droppedAttributes: 1, droppedEvents: 2 })
  expect(row).toMatchObject({ droppedLinks: 2 ** 32 - 1, linkDroppedAttributes: [] })
  expect(row).toMatchObject({ linkFlags: [0, 769], linkTraceState: ['', 'a=b'] })
  const log = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"flags":4294967041}]}]}]}'
  expect(fromJson('logs', log)[0]).toMatchObject({ flags: 1 })
})

test('an array in pieces is one array; another kind of value in between begins anew', () => {
  const array = (...values: string[]): Uint8Array =>
    bytesField(
      5,
      Buffer.concat(values.map((value) => bytesField(1, bytesField(1, Buffer.from(value))))),
    )
  const body = (...pieces: Uint8Array[]): unknown => {
    const batch = new ColumnBatch('logs')
    const fields = Buffer.concat(pieces.map((piece) => bytesField(5, piece)))
    decodeExport('logs', 'protobuf', withRecord(fields), batch)
    return batchRows(batch)[0]!['body']
  }
  expect(body(array('a'), array('b', 'c'))).toBe('["a","b","c"]')
  expect(body(array('a'), Uint8Array.of(0x18, 5), array('b'))).toBe('["b"]')
  expect(body(array('a'), Uint8Array.of(0x18, 5))).toBe('5')
})
