import { Client, compressionAlgorithms, credentials, Metadata } from '@grpc/grpc-js'
import type { ServiceError } from '@grpc/grpc-js'
import { createServer } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { assert, property, string } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { AftergreenError } from '../../errors.ts'
import {
  decodeMessage,
  encodeMessage,
  otlpRoot,
  requestTypes,
} from '../../otlp/testing/otlp-proto.ts'
import { shopRequest } from '../../otlp/testing/shop-spans.ts'
import { ByteBudget } from '../otlp-body.ts'
import { otlpHttpHandler } from '../otlp-http.ts'
import type { OtlpOptions } from '../otlp-options.ts'
import { receivedInto } from '../testing/otlp-receiver.ts'
import { percentEncoded } from './grpc-status.ts'
import { createOtlpGrpcServer } from './otlp-grpc-server.ts'

const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const good = Buffer.from(shopRequest(10, Math.random))
const identity = (bytes: Buffer): Buffer => bytes
const detailTypes = { BadRequest: 'google.rpc.BadRequest', RetryInfo: 'google.rpc.RetryInfo' }

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface Answer {
  code: number
  details: string
  message: Buffer | undefined
  /** Of the google.rpc.Status in the details. */
  status: { code?: number; types: string[] }
}

async function receiver(options: Partial<OtlpOptions> = {}) {
  const { all, batch, hashes, errors } = receivedInto(options)
  const grpc = createOtlpGrpcServer(all)
  const port = await listening(grpc.server)
  onTestFinished(() => grpc.stop(0))
  const call = async (
    message: Buffer,
    { gzip = false, metadata = {}, method = path, host = '127.0.0.1' } = {},
  ): Promise<Answer> => {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.default_authority': `${host}:${port}`,
      ...(gzip ? { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip } : {}),
    })
    const sent = Metadata.fromHttp2Headers(metadata)
    return await new Promise((resolve) => {
      const done = (error: ServiceError | null, answer?: Buffer): void => {
        client.close()
        resolve({
          code: error?.code ?? 0,
          details: error?.details ?? '',
          message: answer,
          status: statusIn(error?.metadata.get('grpc-status-details-bin')[0]),
        })
      }
      client.makeUnaryRequest(method, identity, identity, message, sent, done)
    })
  }
  return { all, batch, hashes, errors, port, call, grpc }
}

function statusIn(bytes: string | Buffer | undefined): Answer['status'] {
  if (!Buffer.isBuffer(bytes)) return { types: [] }
  const status = decodeMessage(otlpRoot.lookupType('RpcStatus'), bytes)
  const details = (status['details'] ?? []) as { typeUrl: string }[]
  return {
    code: status['code'] as number,
    types: details.map(({ typeUrl }) => typeUrl.replace(/^.*\//, '')),
  }
}

test.each([
  ['plain', false],
  ['gzip', true],
])('a request, %s, is answered with OK and an empty response', async (_, gzip) => {
  const { call, batch } = await receiver()
  expect(await call(good, { gzip })).toMatchObject({ code: 0, message: Buffer.alloc(0) })
  expect(batch.rows).toBe(10)
})

test('the same bytes have the same hash over HTTP and gRPC, plain and compressed', async () => {
  const { all, call, hashes } = await receiver()
  const http = createServer(otlpHttpHandler(all))
  const port = await listening(http)
  onTestFinished(() => void http.close())
  await call(good)
  await call(good, { gzip: true })
  await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(good),
  })
  expect(hashes).toHaveLength(3)
  expect(new Set(hashes).size).toBe(1)
})

test('spans that no trace can hold are a partial success', async () => {
  const { call } = await receiver()
  const wrong = encodeMessage(requestTypes.traces, {
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: new Uint8Array(15) }] }] }],
  })
  const { code, message } = await call(Buffer.from(wrong))
  expect(code).toBe(0)
  const response = decodeMessage(otlpRoot.lookupType('ExportResponse'), message ?? good)
  expect(response).toMatchObject({ partialSuccess: { rejected: '1' } })
})

const large = 1_000_001
test.each([
  ['bad data', good.subarray(0, -1), false, 3, [detailTypes.BadRequest]],
  ['a large message', Buffer.alloc(large), false, 8, []],
  ['a message that unfolds', Buffer.alloc(large), true, 8, []],
])('%s is refused, and the next request is not', async (_, message, gzip, code, types) => {
  const { call, batch, errors } = await receiver({ maxBodyBytes: large - 1 })
  const answer = await call(message, { gzip })
  expect(answer).toMatchObject({ code, status: { code, types } })
  expect(answer.details).toMatch(/\.$/)
  expect((await call(good)).code).toBe(0)
  expect(batch.rows).toBe(10)
  expect(errors).toEqual([])
})

test.each(['SPOOL_FULL', 'DISK_FULL', 'ENGINE_UNAVAILABLE', 'STARTING'] as const)(
  '%s: the sender is told to come back',
  async (code) => {
    const { call, errors } = await receiver({
      ingest: () => Promise.reject(new AftergreenError(code, 'There is no room.')),
    })
    expect(await call(good)).toMatchObject({
      code: 14,
      details: 'There is no room.',
      status: { code: 14, types: [detailTypes.RetryInfo] },
    })
    expect(errors).toHaveLength(1)
  },
)

test('a bug is answered without its words', async () => {
  const { call, errors } = await receiver({ ingest: () => Promise.reject(new Error('secret')) })
  const { code, details } = await call(good)
  expect(code).toBe(13)
  expect(details).not.toContain('secret')
  expect(errors).toEqual([new Error('secret')])
})

test('unknown services, methods and names of objects are not implemented', async () => {
  const { call, errors } = await receiver()
  const methods = [path.replace('Export', 'Import'), '/a.B/C', '/__proto__', '/constructor']
  for (const method of methods) expect((await call(good, { method })).code).toBe(12)
  expect(errors).toEqual([])
})

test('the token and the name of the machine are asked for before anything is read', async () => {
  const token = 'a-token-of-some-length'
  const { call, batch } = await receiver({ rules: { loopback: true, token } })
  const metadata = { authorization: `Bearer ${token}` }
  expect((await call(good)).code).toBe(16)
  expect((await call(good, { metadata: { authorization: 'Bearer wrong' } })).code).toBe(16)
  const elsewhere = await call(good, { metadata, host: 'evil.example' })
  expect(elsewhere.code).toBe(7)
  expect(elsewhere.details).not.toContain(token)
  expect(batch.rows).toBe(0)
  expect((await call(good, { metadata })).code).toBe(0)
})

/** A call made by hand, ended only when it is told to. */
function openCall(port: number, data: Buffer, headers: Record<string, string> = {}) {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    ...headers,
  })
  stream.on('error', () => {})
  stream.resume()
  stream.write(data)
  const status = new Promise<string>((resolve) => {
    stream.on('response', ({ 'grpc-status': code }) => {
      if (code !== undefined) resolve(String(code))
    })
    stream.on('trailers', (answer) => resolve(String(answer['grpc-status'])))
    stream.on('close', () => resolve('closed'))
  })
  onTestFinished(() => session.destroy())
  return { session, stream, status }
}

/** The start of a message that says that it has this length. */
function started(length: number, flag = 0): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = flag
  prefix.writeUInt32BE(length, 1)
  return prefix
}

test('messages being received share a budget, which aborted and slow ones give back', async () => {
  const budget = new ByteBudget(100_000)
  const { call, port, errors } = await receiver({ budget, bodyTimeout: 600 })
  const half = (): ReturnType<typeof openCall> =>
    openCall(port, Buffer.concat([started(90_000), Buffer.alloc(60_000)]))
  const big = Buffer.from(shopRequest(150, Math.random))
  expect(big.length).toBeGreaterThan(40_000)
  const aborted = half()
  await expect.poll(() => budget.used).toBe(60_000)
  expect(await call(big)).toMatchObject({ code: 14, status: { types: [detailTypes.RetryInfo] } })
  aborted.session.destroy()
  await expect.poll(() => budget.used).toBe(0)
  expect((await call(big)).code).toBe(0)

  const slow = half()
  expect(await slow.status).toBe('closed')
  expect(budget.used).toBe(0)
  expect(errors.filter((error) => (error as AftergreenError).code !== 'OTLP_BUSY')).toEqual([])
})

/** A request that could be decoded. */
const unknownField = Buffer.from([0x78, 0x01])

test.each([
  ['more than a message', Buffer.concat([started(0), unknownField]), {}, '3'],
  ['less than a message', Buffer.concat([started(9), unknownField]), {}, '3'],
  ['a whole message', Buffer.concat([started(2), unknownField]), {}, '0'],
  ['half a length', Buffer.from([0, 0, 0]), {}, '3'],
  ['an unknown flag', started(0, 7), {}, '3'],
  ['a compressed message of unknown coding', started(0, 1), {}, '13'],
  ['a coding that does not exist', started(0), { 'grpc-encoding': 'br' }, '12'],
  ['damaged gzip', Buffer.concat([started(3, 1), Buffer.from('abc')]), gzipped(), '3'],
  ['a plain message in a call of gzip', started(0), gzipped(), '0'],
])('%s', async (_, data, headers, expected) => {
  const { port, errors } = await receiver()
  const { stream, status } = openCall(port, data, headers)
  stream.end()
  expect(await status).toBe(expected)
  expect(errors).toEqual([])
})

test('an answer does not wait for the rest of a message that is too large', async () => {
  const { port } = await receiver({ maxBodyBytes: 1000 })
  const { status } = openCall(port, Buffer.concat([started(2_000_000), Buffer.alloc(10)]))
  expect(await status).toBe('8')
})

test('stopping lets the calls under way finish, and takes no new ones', async () => {
  let finish = (): void => undefined
  const held = new Promise<void>((resolve) => (finish = resolve))
  const { call, grpc, port } = await receiver({
    async ingest() {
      await held
      return { outcome: { accepted: 1, rejected: 0, errorMessage: '' }, duplicate: false }
    },
  })
  const answer = call(good)
  await sleep(100)
  const stopped = grpc.stop(5000)
  finish()
  expect((await answer).code).toBe(0)
  await stopped
  expect(await openCall(port, started(0)).status).toBe('closed')
})

test('stopping cuts what does not end', async () => {
  const { grpc, port } = await receiver()
  const { status } = openCall(port, started(100))
  await sleep(50)
  await grpc.stop(100)
  expect(await status).toBe('closed')
})

test('messages of a status are percent-encoded so that they can be read back', () => {
  expect(percentEncoded('50 % ä')).toBe('50 %25 %C3%A4')
  assert(
    property(string({ unit: 'grapheme' }), (text) => {
      const encoded = percentEncoded(text)
      expect(encoded).toMatch(/^[ -~]*$/)
      expect(decodeURIComponent(encoded)).toBe(text)
    }),
  )
})

function gzipped(): Record<string, string> {
  return { 'grpc-encoding': 'gzip' }
}
