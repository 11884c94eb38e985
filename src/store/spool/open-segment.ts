import { randomBytes } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import type { Signal } from '../../signal.ts'
import { type Frame, frameHead, segmentHeader } from './segment-format.ts'

/** A segment that no frame will be added to any more. */
export interface SealedSegment {
  /** Unique for ever: the engine knows an insert again by it. */
  name: string
  file: string
  /** Bytes of the file that hold acknowledged frames. */
  bytes: number
  rows: number
  /** When its first frame was committed, ms since 1970. */
  since: number
}

/** Names sort by age. The random part keeps them apart across restarts, clock changes and processes. */
function segmentName(signal: Signal): string {
  return `${Date.now().toString().padStart(15, '0')}-${randomBytes(6).toString('hex')}-${signal}`
}

export const segmentSuffix = '.segment'

/** The segment that frames are being added to. Calls must not overlap. */
export class OpenSegment {
  readonly name: string
  readonly file: string
  readonly columns: readonly string[]
  rows = 0
  bytes = 0
  since = 0
  readonly #handle: FileHandle

  private constructor(name: string, file: string, columns: readonly string[], handle: FileHandle) {
    this.name = name
    this.file = file
    this.columns = columns
    this.#handle = handle
  }

  static async create(
    folder: string,
    signal: Signal,
    columns: readonly string[],
  ): Promise<OpenSegment> {
    const name = segmentName(signal)
    const file = path.join(folder, `${name}${segmentSuffix}`)
    const handle = await open(file, 'wx', 0o600)
    const segment = new OpenSegment(name, file, columns, handle)
    try {
      await segment.#write([segmentHeader({ signal, columns })])
      await syncFolder(folder)
      return segment
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Resolves once the frame is on disk. When it throws, the segment is as it was. */
  async append(frame: Frame): Promise<void> {
    await this.#write([frameHead(frame), frame.block])
    if (this.rows === 0) this.since = frame.time
    this.rows += frame.rows
  }

  async seal(): Promise<SealedSegment> {
    await this.#handle.close()
    const { name, file, bytes, rows, since } = this
    return { name, file, bytes, rows, since }
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    let end = this.bytes
    try {
      for (const part of parts) {
        // a write may take less than it was given
        for (let at = 0; at < part.length;) {
          const { bytesWritten } = await this.#handle.write(part, at, part.length - at, end)
          at += bytesWritten
          end += bytesWritten
        }
      }
      await this.#handle.datasync()
    } catch (error) {
      // what was not acknowledged must not be stored either; `bytes` says so even where this fails
      await this.#handle.truncate(this.bytes).catch(() => {})
      throw error
    }
    this.bytes = end
  }
}

/** Makes the creation of files in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
