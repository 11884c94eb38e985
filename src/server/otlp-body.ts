import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AftergreenError } from '../errors.ts'
import { ByteReader } from '../otlp/byte-reader.ts'
import { zstdBytes } from '../otlp/zstd-frames.ts'

/** Memory that bodies being received may take together. */
export class ByteBudget {
  used = 0
  readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }
}

/** The sender went away, or took too long, before its request was complete: there is nobody to answer. */
export class RequestGone extends Error {
  override readonly name = 'RequestGone'
}

export interface BodyLimits {
  /** Of one body after decompression. */
  readonly maxBytes: number
  /** From the first byte to the last, in ms. */
  readonly timeout: number
  readonly budget: ByteBudget
}

/** Reads a source to its end, within the limits. */
export type Collect = (source: AsyncIterable<Buffer>) => Promise<Buffer>

/**
 * Calls `use` with the decompressed body of a request. The limits are enforced while the body arrives and unfolds, so a
 * small body that unfolds without end stops at the limit.
 * @param proceed called when nothing in the headers speaks against reading the body
 * @throws OTLP_TOO_LARGE, OTLP_MALFORMED (damaged compression), OTLP_UNSUPPORTED_ENCODING, OTLP_BUSY; RequestGone
 */
export async function withBody<T>(
  request: IncomingMessage,
  limits: BodyLimits,
  proceed: () => void,
  use: (body: Buffer) => Promise<T>,
): Promise<T> {
  const decompress = decompressor(request.headers['content-encoding'])
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) {
    throw tooLarge(limits.maxBytes)
  }
  proceed()
  return await withMemory(limits, async (collect) => {
    const timer = setTimeout(() => request.destroy(), limits.timeout)
    let body: Buffer
    try {
      body = await unfold(keepOpen(request), decompress, collect)
    } catch (error) {
      if (request.destroyed && !request.complete) throw new RequestGone()
      throw error
    } finally {
      clearTimeout(timer)
    }
    return await use(body)
  })
}

/** Gives `use` a way to collect a body, and gives the memory back when it has ended. */
export async function withMemory<T>(
  { maxBytes, budget }: BodyLimits,
  use: (collect: Collect) => Promise<T>,
): Promise<T> {
  let held = 0
  try {
    return await use(async (source) => {
      const chunks: Buffer[] = []
      for await (const chunk of source) {
        held += chunk.length
        budget.used += chunk.length
        if (held > maxBytes) throw tooLarge(maxBytes)
        if (budget.used > budget.limit) throw busy()
        chunks.push(chunk)
      }
      return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    })
  } finally {
    budget.used -= held
  }
}

/**
 * Collects a source through a decompressor.
 * @throws OTLP_MALFORMED where the source cannot be decompressed, or ended early; and what the source throws
 */
export async function unfold(
  source: AsyncIterable<Buffer>,
  decompress: Decompressor | undefined,
  collect: Collect,
): Promise<Buffer> {
  if (decompress === undefined) return await collect(source)
  try {
    return await pipeline(source, decompress, collect)
  } catch (error) {
    if (error instanceof AftergreenError) throw error
    throw new AftergreenError('OTLP_MALFORMED', 'The body cannot be decompressed.', {
      hint: 'Check that the body matches its Content-Encoding and was not cut off.',
      cause: error,
    })
  }
}

/** The chunks of a stream, which stays open when nobody wants them any more: an answer must still reach the sender. */
export const keepOpen = (stream: Readable): AsyncIterable<Buffer> =>
  stream.iterator({ destroyOnReturn: false })

export type Decompressor = Transform | ((source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>)

/** Frame by frame: the runtime's own stream would take the first frame, or a half of it, for the whole body. */
async function* unfoldZstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source)
  try {
    yield* zstdBytes(reader)
  } finally {
    reader.close()
  }
}

/** What `decompressor` knows, as the header Accept-Encoding has it. */
export const acceptedEncodings = 'gzip, zstd'

/**
 * The decompressor for a Content-Encoding, undefined where there is nothing to do. The header is a list (RFC 9110, section
 * 8.4); one compression is accepted in it, since nobody compresses twice but a body that shall unfold enormously.
 * @throws OTLP_UNSUPPORTED_ENCODING
 */
export function decompressor(encoding = ''): Decompressor | undefined {
  const codings = encoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  const [coding, ...more] = codings
  if (coding === undefined) return undefined
  if (more.length === 0) {
    // RFC 9110, section 8.4.1.3: x-gzip is another name of gzip
    if (coding === 'gzip' || coding === 'x-gzip') return createGunzip()
    if (coding === 'zstd') return unfoldZstd
  }
  throw new AftergreenError(
    'OTLP_UNSUPPORTED_ENCODING',
    'This Content-Encoding is not supported.',
    { hint: 'Send the body with gzip, zstd or no compression.' },
  )
}

export const tooLarge = (maxBytes: number): AftergreenError =>
  new AftergreenError('OTLP_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`, {
    hint: 'Send smaller batches.',
  })

const busy = (): AftergreenError =>
  new AftergreenError('OTLP_BUSY', 'Too much telemetry is being received at this moment.', {
    hint: 'The sender should try again.',
  })
