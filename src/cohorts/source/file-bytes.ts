import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ByteReader } from '../../otlp/byte-reader.ts'
import { zstdBytes } from '../../otlp/zstd-frames.ts'
import { fileError, type RowFile } from './file-format.ts'

/**
 * The content of a file, unpacked.
 * @param onRead gets the share of the file that was read, 0 to 1
 * @throws FILE_FORMAT where it is damaged or cut off
 */
export async function* fileBytes(
  file: RowFile,
  signal?: AbortSignal,
  onRead?: (done: number) => void,
): AsyncGenerator<Buffer> {
  const source = counted(file, signal, onRead)
  try {
    if (file.compression === 'zstd') yield* zstdBytes(new ByteReader(source))
    else if (file.compression === 'gzip') {
      // an error on either side ends both
      const unpacked = pipeline(source, createGunzip(), () => {})
      for await (const chunk of unpacked) yield chunk as Buffer
    } else yield* source
  } catch (cause) {
    signal?.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    const problem =
      file.compression === 'none'
        ? `cannot be read: ${reason}`
        : `is damaged or cut off: its ${file.compression} data cannot be unpacked (${reason})`
    throw fileError(file.name, problem, 'Write the file again. Nothing of it was compared.', cause)
  } finally {
    await source.return(undefined)
  }
}

async function* counted(
  file: RowFile,
  signal?: AbortSignal,
  onRead?: (done: number) => void,
): AsyncGenerator<Buffer> {
  const options = { highWaterMark: 2 ** 20, ...(signal === undefined ? {} : { signal }) }
  let bytes = 0
  for await (const chunk of createReadStream(file.path, options)) {
    bytes += (chunk as Buffer).length
    onRead?.(Math.min(1, bytes / Math.max(1, file.size)))
    yield chunk as Buffer
  }
}
