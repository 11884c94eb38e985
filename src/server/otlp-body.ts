import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { AftergreenError } from '../errors.ts'

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

/**
 * Calls `use` with the decompressed body of a request. The limits are enforced while the body arrives and unfolds, so a
 * small body that unfolds without end stops at the limit.
 * @throws OTLP_TOO_LARGE, OTLP_MALFORMED (damaged compression), OTLP_UNSUPPORTED_ENCODING, OTLP_BUSY; RequestGone
 */
export async function withBody<T>(
  request: IncomingMessage,
  limits: BodyLimits,
  use: (body: Buffer) => Promise<T>,
): Promise<T> {
  const { budget, maxBytes } = limits
  const decompress = decompressor(request.headers['content-encoding'])
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  let held = 0
  const collect = async (source: AsyncIterable<Buffer>): Promise<Buffer> => {
    const chunks: Buffer[] = []
    for await (const chunk of source) {
      held += chunk.length
      budget.used += chunk.length
      if (held > maxBytes) throw tooLarge(maxBytes)
      if (budget.used > budget.limit) throw busy()
      chunks.push(chunk)
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  }
  try {
    return await use(await receive(request, decompress, limits.timeout, collect))
  } finally {
    budget.used -= held
  }
}

async function receive(
  request: IncomingMessage,
  decompress: Transform | undefined,
  timeout: number,
  collect: (source: AsyncIterable<Buffer>) => Promise<Buffer>,
): Promise<Buffer> {
  const timer = setTimeout(() => request.destroy(), timeout)
  try {
    if (decompress === undefined) return await collect(keepOpen(request))
    return await pipeline(keepOpen(request), decompress, collect)
  } catch (error) {
    if (error instanceof AftergreenError) throw error
    if (request.destroyed && !request.complete) throw new RequestGone()
    throw new AftergreenError('OTLP_MALFORMED', 'The body cannot be decompressed.', {
      hint: 'Check that the body matches its Content-Encoding and was not cut off.',
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}

/** The chunks of a request, which stays open when nobody wants them any more: an answer must still reach the sender. */
const keepOpen = (request: IncomingMessage): AsyncIterable<Buffer> =>
  request.iterator({ destroyOnReturn: false })

function decompressor(encoding = 'identity'): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return undefined
    case 'gzip':
      return createGunzip()
    case 'zstd':
      return createZstdDecompress()
    default:
      throw new AftergreenError(
        'OTLP_UNSUPPORTED_ENCODING',
        'This Content-Encoding is not supported.',
        { hint: 'Send the body with gzip, zstd or no compression.' },
      )
  }
}

const tooLarge = (maxBytes: number): AftergreenError =>
  new AftergreenError('OTLP_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`, {
    hint: 'Send smaller batches.',
  })

const busy = (): AftergreenError =>
  new AftergreenError('OTLP_BUSY', 'Too much telemetry is being received at this moment.', {
    hint: 'The sender should try again.',
  })
