import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AftergreenError } from '../../errors.ts'

export interface Input {
  /** As it was named; `-` is standard input. */
  name: string
  /** Bytes; undefined where nobody knows. */
  size: number | undefined
  /** Calls `read` with the number of bytes of every chunk that is read. */
  bytes(read: (count: number) => void): AsyncIterable<Uint8Array>
}

/** @throws IMPORT_FILE where the file is not there or not readable */
export async function openInput(name: string): Promise<Input> {
  if (name === '-') return inputOf(name, undefined, () => process.stdin)
  try {
    const found = await stat(name)
    if (found.isDirectory()) throw new Error('it is a folder')
    const size = found.isFile() ? found.size : undefined
    return inputOf(name, size, () => createReadStream(name, { highWaterMark: 2 ** 20 }))
  } catch (cause) {
    throw unreadable(name, cause)
  }
}

function inputOf(
  name: string,
  size: number | undefined,
  open: () => AsyncIterable<Uint8Array>,
): Input {
  return {
    name,
    size,
    async *bytes(read) {
      try {
        for await (const chunk of open()) {
          read(chunk.length)
          yield chunk
        }
      } catch (cause) {
        throw unreadable(name, cause)
      }
    },
  }
}

function unreadable(name: string, cause: unknown): AftergreenError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AftergreenError('IMPORT_FILE', `${name} cannot be read: ${reason}.`, {
    hint: 'Name files of OTLP JSON or OTLP protobuf, plain or compressed with gzip or zstd; - is standard input.',
    cause,
  })
}
