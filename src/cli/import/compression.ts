import { createGunzip } from 'node:zlib'
import type { Readable } from 'node:stream'
import { Readable as ReadableStream } from 'node:stream'
import { AftergreenError } from '../../errors.ts'
import { ByteReader } from '../../otlp/byte-reader.ts'
import { isZstd, zstdBytes } from '../../otlp/zstd-frames.ts'

/** By its first bytes: RFC 1952 section 2.3.1, RFC 8878 section 3.1.1. */
export function compressionOf(head: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return isZstd(head) ? 'zstd' : undefined
}

/**
 * The content of a stream, decompressed where its first bytes say so.
 * @throws IMPORT_FILE where it ends early or is damaged
 */
export async function* decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source)
  const compression = compressionOf(await reader.peek(4))
  if (compression === undefined) {
    yield* chunksOf(reader)
    return
  }
  try {
    if (compression === 'zstd') yield* zstdBytes(reader)
    else yield* gunzipped(reader)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AftergreenError(
      'IMPORT_FILE',
      `The ${compression} data is damaged or cut off: ${reason}.`,
      {
        hint: 'What came before the damage was imported. With a whole file, only what is missing is added.',
        cause,
      },
    )
  }
}

/** A small piece, such as one request, as a whole. @throws IMPORT_FILE */
export async function decompressedWhole(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of decompressed(ReadableStream.from([bytes]))) {
    length += chunk.length
    if (length > maxBytes) {
      throw new AftergreenError('IMPORT_FILE', `It is larger than ${maxBytes} bytes unpacked.`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function* gunzipped(reader: ByteReader): AsyncGenerator<Buffer> {
  const source = ReadableStream.from(chunksOf(reader))
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  yield* bytesOf(source.pipe(gunzip))
}

async function* bytesOf(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) yield chunk as Buffer
}

async function* chunksOf(reader: ByteReader): AsyncGenerator<Buffer> {
  for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk())
    yield chunk
}
