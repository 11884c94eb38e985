import { randomBytes } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Signal } from '../../signal.ts'
import type { FrameMemory } from './frame-memory.ts'
import { type Frame, frameHead, type SegmentHeader, segmentHeader } from './segment-format.ts'
import { syncFolder } from './sync-folder.ts'

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
  /** An earlier process may have inserted it. */
  isDoubtful: boolean
  /** What the file holds, where it is still in memory. */
  content?: SegmentMemory
}

export interface SegmentMemory {
  header: SegmentHeader
  frames: readonly Frame[]
  /** Gives the memory back. */
  release(): void
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
  readonly header: SegmentHeader
  rows = 0
  bytes = 0
  since = 0
  /** When the first frame came, by a clock that is never set. */
  startedAt = 0
  /** Its file may hold, or hold again after a power failure, what was not acknowledged: see `settle`. */
  inDoubt = false
  readonly #handle: FileHandle
  readonly #memory: FrameMemory
  #frames: Frame[] | undefined = []
  #remembered = 0

  private constructor(
    name: string,
    file: string,
    header: SegmentHeader,
    handle: FileHandle,
    memory: FrameMemory,
  ) {
    this.name = name
    this.file = file
    this.header = header
    this.#handle = handle
    this.#memory = memory
  }

  static async create(
    folder: string,
    signal: Signal,
    columns: readonly string[],
    memory: FrameMemory,
  ): Promise<OpenSegment> {
    const name = segmentName(signal)
    const file = path.join(folder, `${name}${segmentSuffix}`)
    const header: SegmentHeader = { signal, columns: [...columns], marked: true }
    const handle = await open(file, 'wx', 0o600)
    const segment = new OpenSegment(name, file, header, handle, memory)
    try {
      await segment.#write([segmentHeader(header)])
      await syncFolder(folder)
      return segment
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Resolves once the frame is on disk. When it throws, the segment is as it was, or `inDoubt`. */
  async append(frame: Frame): Promise<void> {
    await this.#write([frameHead(frame), frame.block])
    if (this.rows === 0) {
      this.since = frame.time
      this.startedAt = performance.now()
    }
    this.rows += frame.rows
    this.#remember(frame)
  }

  /** Takes off the file what a failed write may have left there. */
  async settle(): Promise<void> {
    await this.#handle.truncate(this.bytes)
    await this.#handle.datasync()
    this.inDoubt = false
  }

  async seal(): Promise<SealedSegment> {
    // every frame was synced: what closing says changes nothing
    await this.#handle.close().catch(() => {})
    const { name, file, bytes, rows, since, header } = this
    const sealed = { name, file, bytes, rows, since, isDoubtful: false }
    const frames = this.#frames
    if (frames === undefined) return sealed
    return { ...sealed, content: { header, frames, release: () => this.#forget() } }
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    let end = this.bytes
    try {
      // a write may take less than it was given
      for (let rest = parts; rest.length > 0;) {
        const { bytesWritten } = await this.#handle.writev(rest, end)
        end += bytesWritten
        rest = after(rest, bytesWritten)
      }
      await this.#handle.datasync()
    } catch (error) {
      // what was not acknowledged must not be stored either
      this.inDoubt = true
      await this.settle().catch(() => {})
      throw error
    }
    this.bytes = end
  }

  /** All frames or none: a file that must be read is read whole. */
  #remember(frame: Frame): void {
    const { length } = frame.block
    if (this.#frames === undefined) return
    if (!this.#memory.take(length)) return this.#forget()
    this.#remembered += length
    this.#frames.push(frame)
  }

  #forget(): void {
    this.#memory.give(this.#remembered)
    this.#remembered = 0
    this.#frames = undefined
  }
}

/** What is left of the parts after their first `count` bytes. */
function after(parts: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let skip = count
  const rest: Uint8Array[] = []
  for (const part of parts) {
    if (skip < part.length) rest.push(skip === 0 ? part : part.subarray(skip))
    skip = Math.max(skip - part.length, 0)
  }
  return rest
}
