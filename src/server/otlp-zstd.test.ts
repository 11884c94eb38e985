import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeMessage, otlpRoot } from '../otlp/testing/otlp-proto.ts'
import { shopRequest } from '../otlp/testing/shop-spans.ts'
import { receiver } from './testing/otlp-receiver.ts'

const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'zstd' }
const good = shopRequest(10, Math.random)

test('a zstd body of two frames is taken whole, and one that was cut off is refused', async () => {
  const { send, batch } = await receiver()
  const frames = [good, shopRequest(2, Math.random)].map((part) => zstdCompressSync(part))
  // two requests one after the other are one request with the spans of both
  expect((await send(Buffer.concat(frames), headers)).status).toBe(200)
  expect(batch.rows).toBe(12)
  for (const missing of [1, 4, frames[0]!.length >> 1]) {
    const answer = await send(frames[0]!.subarray(0, -missing), headers)
    expect(answer.status).toBe(400)
    const said = decodeMessage(otlpRoot.lookupType('RpcStatus'), answer.body)
    expect(said['message']).toContain('cannot be decompressed')
  }
  const trailing = Buffer.concat([frames[0]!, Buffer.from('not a frame')])
  expect((await send(trailing, headers)).status).toBe(400)
  expect((await send(frames[1]!, headers)).status).toBe(200)
})
