import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { framed } from '../../store/imports/import-body.ts'
import { exportRequest } from '../../../test/store/export-request.ts'
import { encodeMessage, requestTypes } from '../../otlp/testing/otlp-proto.ts'
import { decompressed } from './compression.ts'
import { signalInName, signalOf } from './signal-of.ts'
import { splitRequests } from './split-requests.ts'

/** What is found in a file that arrives in chunks of so many bytes. */
async function found(file: Buffer | string, chunk = 7): Promise<string[]> {
  const bytes = Buffer.from(file)
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  )
  const requests: string[] = []
  for await (const request of splitRequests(decompressed(Readable.from(chunks)))) {
    requests.push(
      'problem' in request
        ? `${request.where}: ${request.problem}`
        : `${request.encoding} ${request.body.toString('latin1')}`,
    )
  }
  return requests
}

const a = '{"resourceSpans":[{"a":"}{\\"\\n"}]}'
const b = '{"resourceLogs":[]}'
const protobuf = [1, 2, 3].map((number) => exportRequest([{ number, time: 5 }]))
const protobufFound = protobuf.map((body) => `protobuf ${body.toString('latin1')}`)
const varints = Buffer.concat(protobuf.flatMap((body) => [Buffer.of(body.length), body]))

describe('JSON', () => {
  it.each([
    ['lines', `${a}\n${b}\n`],
    ['lines without the last line feed, with others, and blanks', `\n ${a} \r\n\r\n${b}`],
    ['documents over several lines', `${JSON.stringify(JSON.parse(a), null, 2)}\n${b}\n`],
    ['a byte order mark', `\ufeff${a}\n${b}`],
  ])('%s', async (_, text) => {
    const requests = await found(text)
    expect(requests.map((request) => JSON.stringify(JSON.parse(request.slice(5))))).toEqual(
      [a, b].map((request) => JSON.stringify(JSON.parse(request))),
    )
  })

  it('bad lines cost themselves and nothing else', async () => {
    const lines = [
      a,
      '{"resourceSpans":[{"a":',
      b,
      'hello',
      b,
      '{"resourceSpans":["x',
      b,
      '{"resource',
    ]
    expect(await found(lines.join('\n'))).toEqual([
      `json ${a}`,
      'line 2: It ends in the middle of a request.',
      `json ${b}`,
      'line 4: It is not JSON.',
      `json ${b}`,
      'line 6: A string in it does not end.',
      `json ${b}`,
      'line 8: A string in it does not end.',
    ])
    expect(await found('{"resourceSpans":[\n')).toEqual([
      'line 1: The file ends in the middle of a request.',
    ])
  })

  it('a line that is too long is one problem', async () => {
    const long = `{"resourceSpans":[{"a":"${'x'.repeat(64 * 2 ** 20)}"}]}`
    const requests = await found(`${b}\n${long}\n${b}\n`, 2 ** 22)
    expect(requests).toEqual([`json ${b}`, 'line 2: It has more than 67108864 bytes.', `json ${b}`])
  })
})

describe('protobuf', () => {
  it.each([
    ['lengths of four bytes', framed(protobuf)],
    [
      'lengths of four bytes, each request compressed',
      framed(protobuf.map((body) => zstdCompressSync(body))),
    ],
    ['lengths as varints', varints],
  ])('%s', async (_, file) => {
    expect(await found(file)).toEqual(protobufFound)
    expect(await found(file, 1000)).toEqual(protobufFound)
  })

  it('one request is one request, and large ones are taken apart at resource groups', async () => {
    expect(await found(Buffer.concat(protobuf))).toEqual([
      `protobuf ${Buffer.concat(protobuf).toString('latin1')}`,
    ])
    const large = exportRequest(
      [1, 2, 3].map((number) => ({ number, time: 5, attributes: { t: 'x'.repeat(600_000) } })),
    )
    const pieces = await found(large, 2 ** 16)
    expect(pieces.map((piece) => piece.length > 600_000)).toEqual([true, true, true])
    expect(pieces.map((piece) => piece.slice(9)).join('')).toBe(large.toString('latin1'))
  })

  it('says where a file is damaged or cut off', async () => {
    expect(await found(framed(protobuf).subarray(0, -3))).toEqual([
      ...protobufFound.slice(0, 2),
      expect.stringMatching(/^request 3 \(byte \d+\): The file ends in the middle/),
    ])
    expect(await found(Buffer.concat(protobuf).subarray(0, -3))).toEqual([
      expect.stringMatching(/^protobuf/),
      expect.stringMatching(/damaged or cut off here/),
    ])
    expect(await found('hello')).toEqual([
      expect.stringMatching(/neither OTLP JSON nor OTLP protobuf/),
    ])
    expect(await found(' \n')).toEqual([])
  })
})

describe('compression', () => {
  const text = `${a}\n${b}\n`
  const requests = [`json ${a}`, `json ${b}`]
  it.each([
    ['gzip', gzipSync(text)],
    ['gzip in two members', Buffer.concat([gzipSync(`${a}\n`), gzipSync(`${b}\n`)])],
    ['zstd', zstdCompressSync(text)],
    ['zstd in two frames', Buffer.concat([zstdCompressSync(`${a}\n`), zstdCompressSync(`${b}\n`)])],
  ])('%s', async (_, file) => {
    expect(await found(file)).toEqual(requests)
    await expect(found(file.subarray(0, -5))).rejects.toMatchObject({ code: 'IMPORT_FILE' })
  })

  it('random data of many blocks comes out of zstd as it went in', async () => {
    const parts = Array.from(
      { length: 40_000 },
      () => `{"resourceSpans":[${Math.random()}]}\n`,
    ).join('')
    expect((await found(zstdCompressSync(parts), 10_000)).length).toBe(40_000)
  })
})

describe('the signal', () => {
  it('of protobuf is told by its records', () => {
    const scope = (records: object) => [
      { scopeSpans: [records], scopeLogs: [records], scopeMetrics: [records] },
    ]
    const log = encodeMessage(requestTypes.logs, {
      resourceLogs: scope({ logRecords: [{ body: { stringValue: 'x' } }] }) as never,
    })
    const metric = encodeMessage(requestTypes.metrics, {
      resourceMetrics: scope({
        metrics: [{ name: 'sixteen letters!', description: '8 bytes!', sum: { dataPoints: [{}] } }],
      }) as never,
    })
    const of = (body: Uint8Array) => signalOf('protobuf', Buffer.from(body))
    expect([of(protobuf[0]!), of(log), of(metric)]).toEqual(['traces', 'logs', 'metrics'])
    expect([
      of(Buffer.of(0x0a, 0)),
      of(Buffer.from('\n\u0006\u0012\u0004\u0012\u0002\u0000\u0000')),
    ]).toEqual([undefined, null])
  })

  it('of JSON is told by its first key, and else by the name of the file', () => {
    const of = (text: string) => signalOf('json', Buffer.from(text))
    expect([of(a), of(b), of('{ "resourceMetrics" : []}'), of('{"x":1}')]).toEqual([
      'traces',
      'logs',
      'metrics',
      null,
    ])
    expect(of('{"resourceLogs":[{"x":"\\"resourceSpans\\":"}]}')).toBe('logs')
    expect(
      ['spans.pb', '/x/app-logs.bin', 'catalog.pb', 'logs-and-traces.pb'].map(signalInName),
    ).toEqual(['traces', 'logs', undefined, undefined])
  })
})
