import type { Http2Stream } from 'node:http2'
import { AftergreenError } from '../../errors.ts'
import { rpcCode } from '../../otlp/export-response.ts'
import type { Decompressor } from '../otlp-body.ts'
import { decompressor, keepOpen, RequestGone, tooLarge, unfold, withMemory } from '../otlp-body.ts'
import type { BodyLimits } from '../otlp-body.ts'
import { CallRefused } from './grpc-status.ts'

/** A message begins with one byte that says whether it is compressed, and four of its length. */
const prefixLength = 5

/**
 * Calls `use` with the decompressed message of a unary call (gRPC over HTTP2, "Length-Prefixed-Message"). The limits are
 * enforced while the message arrives and unfolds.
 * @param encoding of the header grpc-encoding
 * @throws OTLP_TOO_LARGE, OTLP_MALFORMED, OTLP_UNSUPPORTED_ENCODING, OTLP_BUSY; CallRefused, RequestGone
 */
export async function withMessage<T>(
  stream: Http2Stream,
  encoding: string | undefined,
  limits: BodyLimits,
  use: (message: Buffer) => Promise<T>,
): Promise<T> {
  const decompress = decompressor(encoding)
  return await withMemory(limits, async (collect) => {
    const timer = setTimeout(() => stream.destroy(), limits.timeout)
    let message: Buffer
    try {
      const chunks = keepOpen(stream)[Symbol.asyncIterator]()
      const { start, isCompressed, length } = await readPrefix(chunks)
      if (length > limits.maxBytes) throw tooLarge(limits.maxBytes)
      const payload = readPayload(chunks, start.subarray(prefixLength), length)
      message = await unfold(payload, payloadDecompressor(isCompressed, decompress), collect)
    } catch (error) {
      if (stream.destroyed || stream.aborted) throw new RequestGone()
      throw error
    } finally {
      clearTimeout(timer)
    }
    return await use(message)
  })
}

async function readPrefix(
  chunks: AsyncIterator<Buffer>,
): Promise<{ start: Buffer; isCompressed: boolean; length: number }> {
  let start: Buffer = Buffer.alloc(0)
  while (start.length < prefixLength) {
    const { done, value } = await chunks.next()
    if (done === true) throw badFrame('The call ended before its message.')
    start = start.length === 0 ? value : Buffer.concat([start, value])
  }
  const flag = start[0]!
  if (flag > 1) throw badFrame('The message begins with an unknown flag.')
  return { start, isCompressed: flag === 1, length: start.readUInt32BE(1) }
}

async function* readPayload(
  chunks: AsyncIterator<Buffer>,
  first: Buffer,
  length: number,
): AsyncGenerator<Buffer> {
  let left = length
  for (let chunk = first; ;) {
    if (chunk.length > left) throw badFrame('The call has more than one message.')
    left -= chunk.length
    if (chunk.length > 0) yield chunk
    const { done, value } = await chunks.next()
    if (done === true) break
    chunk = value
  }
  if (left > 0) throw badFrame('The message was cut off.')
}

function payloadDecompressor(
  isCompressed: boolean,
  decompress: Decompressor | undefined,
): Decompressor | undefined {
  if (isCompressed && decompress === undefined) {
    // gRPC Compression, "Test cases"
    const message = 'The message says that it is compressed, the call does not say how.'
    throw new CallRefused({ code: rpcCode.internal, message })
  }
  return isCompressed ? decompress : undefined
}

const badFrame = (message: string): AftergreenError =>
  new AftergreenError('OTLP_MALFORMED', message, { hint: 'Send one gRPC message in a call.' })
