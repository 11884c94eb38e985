import { gzipSync } from 'node:zlib'
import type { ConformanceCase } from '../conformance-case.ts'
import { accepted, expectThat, refusedWith, statusOf } from '../http-checks.ts'
import type { Encoding, Signal } from '../payloads.ts'
import { requestBytes, simple } from '../payloads.ts'
import { post, postMessage, sending } from '../requests.ts'
import { otlp } from '../sections.ts'
import { bytesField, tag, varint } from '../wire/protobuf-writer.ts'

const plain = (signal: Signal = 'traces'): Buffer =>
  requestBytes(signal, simple[signal](), 'protobuf')
const gzipped = { headers: { 'content-encoding': 'gzip' } }

/** Bodies that no server can decode. */
const bad: readonly [name: string, what: string, Signal, Encoding, () => Buffer, gzip?: true][] = [
  ['cut-off', 'spans in protobuf, cut off', 'traces', 'protobuf', () => plain().subarray(0, -3)],
  [
    'cut-off-logs',
    'log records in protobuf, cut off',
    'logs',
    'protobuf',
    () => plain('logs').subarray(0, -3),
  ],
  [
    'cut-off-metrics',
    'metrics in protobuf, cut off',
    'metrics',
    'protobuf',
    () => plain('metrics').subarray(0, -3),
  ],
  [
    'length-beyond-end',
    'a field that is longer than what holds it',
    'traces',
    'protobuf',
    () => Buffer.concat([tag(1, 2), varint(1000), Buffer.from('short')]),
  ],
  [
    'wire-type',
    'a field of a wire type that does not exist',
    'traces',
    'protobuf',
    () => bytesField(1, bytesField(2, Buffer.from([0x0f, 0x00]))),
  ],
  [
    'field-zero',
    'a field with the number 0',
    'traces',
    'protobuf',
    () => Buffer.from([0x02, 0x00]),
  ],
  [
    'long-varint',
    'a varint of 11 bytes',
    'traces',
    'protobuf',
    () => Buffer.from([...Array.from({ length: 10 }, () => 0xff), 0xff, 0x01]),
  ],
  [
    'json-as-protobuf',
    'JSON with the Content-Type of protobuf',
    'traces',
    'protobuf',
    () => requestBytes('traces', simple.traces(), 'json'),
  ],
  ['json-cut-off', 'JSON, cut off', 'traces', 'json', () => Buffer.from('{"resourceSpans":[{')],
  ['json-logs-cut-off', 'JSON, cut off', 'logs', 'json', () => Buffer.from('{"resourceLogs":[{')],
  [
    'json-wrong-type',
    'JSON with an object where an array belongs',
    'traces',
    'json',
    () => Buffer.from('{"resourceSpans":{"scopeSpans":[]}}'),
  ],
  ['json-array', 'JSON that is an array', 'traces', 'json', () => Buffer.from('[]')],
  ['json-number', 'JSON that is a number', 'traces', 'json', () => Buffer.from('7')],
  [
    'json-text-for-number',
    'JSON with a word where a time belongs',
    'traces',
    'json',
    () =>
      Buffer.from(
        JSON.stringify(simple.traces()).replace(
          /"startTimeUnixNano":"\d+"/,
          '"startTimeUnixNano":"noon"',
        ),
      ),
  ],
  ['gzip-plain', 'a plain body that is said to be gzip', 'traces', 'protobuf', () => plain(), true],
  [
    'gzip-cut-off',
    'a body of gzip, cut off',
    'traces',
    'protobuf',
    () => gzipSync(plain()).subarray(0, -9),
    true,
  ],
  [
    'gzip-damaged',
    'a body of gzip with a wrong checksum',
    'traces',
    'protobuf',
    () => {
      const body = gzipSync(plain())
      body[body.length - 6]! ^= 0xff
      return body
    },
    true,
  ],
]

export const errorCases: readonly ConformanceCase[] = [
  ...bad.map(([name, what, signal, encoding, body, isGzip]): ConformanceCase => ({
    id: `errors/${name}`,
    level: 'MUST',
    section: otlp('Bad Data'),
    sends: what,
    expects: '400',
    ...(encoding === 'json' ? { needs: ['json'] } : {}),
    fault: isGzip === true ? 'bad-gzip-500' : 'takes-anything',
    run: sending(
      () => post(signal, encoding, body(), isGzip === true ? gzipped : {}),
      refusedWith(400),
    ),
  })),
  {
    id: 'errors/not-retryable',
    level: 'MUST',
    section: otlp('Retryable Response Codes'),
    sends: 'a body that nobody can decode',
    expects: 'no status that makes a client send it again: 429, 502, 503, 504',
    fault: 'bad-data-503',
    run: sending(
      () => post('traces', 'protobuf', plain().subarray(0, -3)),
      ({ status }) => {
        expectThat(
          status >= 400 && ![429, 502, 503, 504].includes(status),
          `the status is ${status}`,
        )
      },
    ),
  },
  ...(
    [
      ['method', 'GET /v1/traces', () => post('traces', 'protobuf', '', { method: 'GET' })],
      [
        'path',
        'POST to a path that does not exist',
        () => ({ ...postMessage('traces', 'protobuf'), path: '/v1/conformance-unknown' }),
      ],
      [
        'coding',
        'a Content-Encoding that does not exist',
        () =>
          post('traces', 'protobuf', plain(), {
            headers: { 'content-encoding': 'conformance-unknown' },
          }),
      ],
    ] as const
  ).map(([name, sends, request]): ConformanceCase => ({
    id: `errors/status-body-${name}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Failures'),
    sends: `${sends}, as protobuf`,
    expects: 'an error whose body is a google.rpc.Status in protobuf',
    fault: 'text-errors',
    run: sending(request, (answer) => {
      statusOf(answer, 'protobuf')
    }),
  })),
  {
    id: 'errors/connection-survives',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Connection'),
    sends: 'a body that nobody can decode, then a good one, over one connection',
    expects: '4xx, then 200, and the connection stays open',
    fault: 'closes-after-errors',
    async run(target) {
      await target.send(post('traces', 'protobuf', plain().subarray(0, -3)))
      const answer = await target.send(postMessage('traces', 'protobuf'))
      accepted('traces', 'protobuf')(answer)
      expectThat(answer.reusedConnection, 'the connection was closed after the error')
    },
  },
  {
    id: 'errors/nothing-breaks',
    level: 'MUST',
    section: otlp('Bad Data'),
    sends: 'an attribute whose value is nested 5,000 deep, then a good request',
    expects: '200 or 400, then 200: the server lives on',
    fault: 'breaks-on-depth',
    async run(target) {
      let value: Buffer = Buffer.alloc(0)
      for (let depth = 0; depth < 5000; depth++) value = bytesField(5, bytesField(1, value))
      const span = bytesField(9, Buffer.concat([bytesField(1, 'deep'), bytesField(2, value)]))
      const deep = await target.send(
        post('traces', 'protobuf', bytesField(1, bytesField(2, bytesField(2, span)))),
      )
      refusedWith(200, 400)(deep)
      accepted('traces', 'protobuf')(await target.send(postMessage('traces', 'protobuf')))
    },
  },
]
