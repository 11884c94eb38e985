/**
 * Zstandard files of several frames, and files that were cut off. The runtime's decompressor stops after the first frame
 * and takes a frame that ends early for a whole one, so the frames are told apart here (RFC 8878, section 3.1.1) and
 * each is given to a decompressor of its own.
 */
import { PassThrough } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import type { ByteReader } from './byte-reader.ts'

export function isZstd(head: Uint8Array): boolean {
  const frame = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
  return frame || isSkippable(head)
}

const isSkippable = (head: Uint8Array): boolean =>
  (head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18

/** The decompressed content of all frames. @throws Error */
export async function* zstdBytes(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const magic = await reader.peek(4)
    if (magic.length === 0) return
    if (!isZstd(magic)) throw new Error('something else follows a frame')
    if (isSkippable(magic)) {
      const head = await need(reader, 8)
      if (!(await reader.skip(head.readUInt32LE(4))))
        throw new Error('it ends in the middle of a frame')
    } else yield* frameBytes(reader)
  }
}

async function* frameBytes(reader: ByteReader): AsyncGenerator<Buffer> {
  const input = new PassThrough()
  const output = createZstdDecompress()
  input.pipe(output)
  const feeding = feed(reader, input).then(
    () => void input.end(),
    (error: unknown) =>
      void output.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  try {
    for await (const chunk of output) yield chunk as Buffer
    await feeding
  } finally {
    input.destroy()
  }
}

/** Writes one frame, block by block. */
async function feed(reader: ByteReader, to: PassThrough): Promise<void> {
  const write = async (bytes: Buffer): Promise<void> => {
    if (!to.write(bytes)) await new Promise<void>((resolve) => void to.once('drain', resolve))
  }
  const descriptor = (await reader.peek(5))[4] ?? 0
  const single = (descriptor & 0x20) !== 0
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  await write(await need(reader, 5 + (single ? 0 : 1) + dictionary + contentSize))
  for (let last = false; !last;) {
    const head = await need(reader, 3)
    const value = head.readUIntLE(0, 3)
    last = (value & 1) === 1
    const type = (value >> 1) & 3
    if (type === 3) throw new Error('a block has an impossible type')
    // a run-length block is one byte, whatever its size
    const size = type === 1 ? 1 : value >> 3
    await write(Buffer.concat([head, await need(reader, size)]))
  }
  if ((descriptor & 4) !== 0) await write(await need(reader, 4))
}

async function need(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length)
  if (bytes === undefined) throw new Error('it ends in the middle of a frame')
  return bytes
}
