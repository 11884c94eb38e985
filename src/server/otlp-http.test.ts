import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { AftergreenError } from '../errors.ts'
import { decodeMessage, encodeMessage, otlpRoot, requestTypes } from '../otlp/testing/otlp-proto.ts'
import { shopRequest } from '../otlp/testing/shop-spans.ts'
import { ByteBudget } from './otlp-body.ts'
import { createOtlpHttpServer } from './otlp-http-server.ts'
import { receiver } from './testing/otlp-receiver.ts'

const protobuf = 'application/x-protobuf'
const json = 'application/json'
const good = shopRequest(10, Math.random)
const oneSpan = (traceId: string) =>
  JSON.stringify({
    resourceSpans: [
      { scopeSpans: [{ spans: [{ traceId, spanId: '00000000000000aB', name: 'x' }] }] },
    ],
  })

const status = (body: Uint8Array) => decodeMessage(otlpRoot.lookupType('RpcStatus'), body)

test.each([
  ['protobuf', good, { 'content-type': protobuf }, protobuf, ''],
  ['gzip', gzipSync(good), { 'content-type': protobuf, 'content-encoding': 'gzip' }, protobuf, ''],
  [
    'zstd',
    zstdCompressSync(good),
    { 'content-type': protobuf, 'content-encoding': 'ZSTD' },
    protobuf,
    '',
  ],
  [
    'JSON',
    oneSpan('A'.repeat(32)),
    { 'content-type': 'Application/JSON; charset=utf-8' },
    json,
    '{}',
  ],
  [
    'gzip in a list of codings',
    gzipSync(good),
    { 'content-type': protobuf, 'content-encoding': 'identity, x-gzip' },
    protobuf,
    '',
  ],
  ['an empty request', '', { 'content-type': protobuf }, protobuf, ''],
  ['an empty JSON request', '{}', { 'content-type': json }, json, '{}'],
])('%s is answered with 200 and an export response', async (_, body, headers, type, expected) => {
  const { send } = await receiver()
  const answer = await send(body, headers)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe(type)
  expect(answer.body.toString()).toBe(expected)
})

test('the hash depends on the body, not on its compression', async () => {
  const { send, hashes } = await receiver()
  await send(good)
  await send(gzipSync(good), { 'content-type': protobuf, 'content-encoding': 'gzip' })
  await send(shopRequest(1, Math.random))
  expect(hashes[1]).toBe(hashes[0])
  expect(hashes[2]).not.toBe(hashes[0])
})

test('spans that no trace can hold are a partial success', async () => {
  const { send, batch } = await receiver()
  // base64 in place of hexadecimal digits
  const answer = await send(oneSpan('AAECAwQFBgcICQoLDA0ODw=='), { 'content-type': json })
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.body.toString())).toEqual({
    partialSuccess: {
      rejectedSpans: '1',
      errorMessage: expect.stringContaining('trace id') as string,
    },
  })
  const wrong = encodeMessage(requestTypes.traces, {
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: new Uint8Array(15) }] }] }],
  })
  const { partialSuccess } = decodeMessage(
    otlpRoot.lookupType('ExportResponse'),
    (await send(wrong)).body,
  )
  expect(partialSuccess).toMatchObject({ rejected: '1' })
  expect(batch.rows).toBe(0)
})

test.each([
  ['cut off protobuf', good.slice(0, -1), { 'content-type': protobuf }, 400, 3],
  ['JSON that is not', '{"resourceSpans":', { 'content-type': json }, 400, 3],
  ['JSON of another shape', '{"resourceSpans":{}}', { 'content-type': json }, 400, 3],
  ['deeply nested JSON', '['.repeat(1e6), { 'content-type': json }, 400, 3],
  ['text', 'hello', { 'content-type': 'text/plain' }, 415, 12],
  ['no type', good, {}, 415, 12],
  ['brotli', good, { 'content-type': protobuf, 'content-encoding': 'br' }, 415, 12],
  [
    'two compressions',
    gzipSync(gzipSync(good)),
    { 'content-type': protobuf, 'content-encoding': 'gzip, gzip' },
    415,
    12,
  ],
  ['false gzip', good, { 'content-type': protobuf, 'content-encoding': 'gzip' }, 400, 3],
  [
    'false gzip, large',
    new Uint8Array(9e5),
    { 'content-type': protobuf, 'content-encoding': 'gzip' },
    400,
    3,
  ],
  [
    'cut off gzip',
    gzipSync(good).subarray(0, -9),
    { 'content-type': protobuf, 'content-encoding': 'gzip' },
    400,
    3,
  ],
  ['a large body', new Uint8Array(1_000_001), { 'content-type': protobuf }, 413, 8],
  [
    'a large body in chunks',
    new Uint8Array(3e7),
    { 'content-type': protobuf, 'transfer-encoding': 'chunked' },
    413,
    8,
  ],
  [
    'a body that unfolds',
    gzipSync(new Uint8Array(1e8)),
    { 'content-type': protobuf, 'content-encoding': 'gzip' },
    413,
    8,
  ],
])('%s is refused, and the next request is not', async (_, body, headers, expected, code) => {
  const { send, batch, errors } = await receiver({ maxBodyBytes: 1_000_000 })
  await send(good)
  const answer = await send(body, headers)
  expect(answer.status).toBe(expected)
  const asJson = answer.headers['content-type'] === json
  expect(asJson).toBe((headers as Record<string, string>)['content-type'] !== protobuf)
  const told = asJson ? (JSON.parse(answer.body.toString()) as object) : status(answer.body)
  expect(told).toMatchObject({ code, message: expect.stringMatching(/\.$/) as string })
  expect('details' in told).toBe(expected === 400)
  expect(answer.headers['retry-after']).toBeUndefined()
  expect((await send(good)).status).toBe(200)
  expect(batch.rows).toBe(20)
  expect(errors).toEqual([])
})

test('a refusal says what would be taken', async () => {
  const { send } = await receiver()
  const coded = await send(good, { 'content-type': protobuf, 'content-encoding': 'br' })
  expect(coded.headers['accept-encoding']).toBe('gzip, zstd')
  const typed = await send('hello', { 'content-type': 'text/plain' })
  expect(typed.headers['accept']).toBe('application/x-protobuf, application/json')
})

test('who may not send is told so in the way of OTLP, and nothing is read', async () => {
  const token = 'a-token-of-some-length'
  const { send, batch } = await receiver({ rules: { loopback: true, token } })
  const refused = await send(good)
  expect(refused.status).toBe(401)
  expect(refused.headers['www-authenticate']).toContain('Bearer')
  expect(status(refused.body)).toMatchObject({ code: 16 })
  const authorization = `Bearer ${token}`
  const elsewhere = { 'content-type': protobuf, authorization, host: 'evil.example' }
  const answer = await send(good, elsewhere)
  expect(answer.status).toBe(403)
  expect(status(answer.body)).toMatchObject({ code: 7 })
  expect(batch.rows).toBe(0)
  expect((await send(good, { 'content-type': protobuf, authorization })).status).toBe(200)
})

test('a body that is held back is asked for only where it is wanted', async () => {
  const { all, batch } = await receiver({ maxBodyBytes: 1_000_000 })
  const server = createOtlpHttpServer(all)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const ask = async (length: number, type = protobuf): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1')
      if (said.endsWith('100 Continue\r\n\r\n')) socket.write(good)
      else socket.end()
    })
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`,
    )
    await new Promise((resolve) => socket.once('close', resolve))
    return said
  }
  expect(await ask(good.length)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/)
  expect(batch.rows).toBe(10)
  expect(await ask(2_000_000)).toMatch(/^HTTP\/1.1 413 [^]*\r\nconnection: close\r\n/i)
  expect(await ask(good.length, 'text/plain')).toMatch(/^HTTP\/1.1 415 /)
})

test('other paths and methods', async () => {
  const { send } = await receiver()
  for (const path of ['/v1/profiles', '/__proto__', '/v1/traces/', '/']) {
    expect((await send('', {}, { path })).status).toBe(404)
  }
  const answer = await send('', {}, { method: 'GET' })
  expect(answer.status).toBe(405)
  expect(answer.headers['allow']).toBe('POST')
})

test.each(['SPOOL_FULL', 'DISK_FULL', 'ENGINE_UNAVAILABLE'] as const)(
  '%s: the sender is told to come back',
  async (code) => {
    const { send, errors } = await receiver({
      ingest: () => Promise.reject(new AftergreenError(code, 'There is no room.')),
    })
    const answer = await send(good)
    expect(answer.status).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(status(answer.body)).toMatchObject({ code: 14, message: 'There is no room.' })
    expect(errors).toHaveLength(1)
  },
)

test('a bug is answered without its words', async () => {
  const { send, errors } = await receiver({ ingest: () => Promise.reject(new Error('secret')) })
  const answer = await send(good)
  expect(answer.status).toBe(500)
  expect(answer.body.toString()).not.toContain('secret')
  expect(errors).toEqual([new Error('secret')])
})

test('bodies being received share a budget, which aborted and slow ones give back', async () => {
  const { send, port, errors } = await receiver({
    budget: new ByteBudget(100_000),
    bodyTimeout: 600,
  })
  const half = (): ReturnType<typeof connect> => {
    const socket = connect(port, '127.0.0.1')
    const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${protobuf}\r\ncontent-length: 90000\r\n\r\n`
    socket.on('error', () => {})
    socket.write(head)
    socket.write(new Uint8Array(80_000))
    return socket
  }
  const big = shopRequest(100, Math.random)
  expect(big.length).toBeGreaterThan(20_000)
  const aborted = half()
  await sleep(150)
  const answer = await send(big)
  expect(answer.status).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  aborted.destroy()
  await sleep(150)
  expect((await send(big)).status).toBe(200)

  const slow = half()
  const closed = new Promise((resolve) => slow.once('close', resolve))
  await closed
  expect((await send(big)).status).toBe(200)
  expect(errors.filter((error) => (error as AftergreenError).code !== 'OTLP_BUSY')).toEqual([])
})
