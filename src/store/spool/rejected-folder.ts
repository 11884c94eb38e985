import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { SealedSegment } from './open-segment.ts'
import { syncFolder } from './sync-folder.ts'

export interface RejectedFolderOptions {
  maxBytes?: number
  /** Told of every file that gave way. */
  log?: (line: string) => void
}

/** Segments that could not be stored, set aside so that they block no others; the oldest give way beyond `maxBytes`. */
export class RejectedFolder {
  files = 0
  bytes = 0
  /** Deleted since the start to make room. */
  droppedFiles = 0
  droppedBytes = 0
  readonly #folder: string
  readonly #maxBytes: number
  readonly #log: (line: string) => void

  private constructor(folder: string, { maxBytes, log }: RejectedFolderOptions) {
    this.#folder = folder
    this.#maxBytes = maxBytes ?? 256 * 2 ** 20
    this.#log = log ?? (() => {})
  }

  static async open(folder: string, options: RejectedFolderOptions = {}): Promise<RejectedFolder> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const rejected = new RejectedFolder(folder, options)
    await rejected.#tidy()
    return rejected
  }

  /** @returns where the segment lies now */
  async take(segment: SealedSegment): Promise<string> {
    const file = path.join(this.#folder, path.basename(segment.file))
    await rename(segment.file, file)
    await syncFolder(this.#folder)
    await this.#tidy()
    return file
  }

  async #tidy(): Promise<void> {
    // names begin with the time
    const names = (await readdir(this.#folder)).toSorted().toReversed()
    this.files = 0
    this.bytes = 0
    for (const name of names) {
      const file = path.join(this.#folder, name)
      const { size } = await stat(file)
      if (this.files > 0 && this.bytes + size > this.#maxBytes) {
        await unlink(file)
        this.droppedFiles++
        this.droppedBytes += size
        this.#log(
          `A segment that had been set aside was deleted to make room: ${file}, ${size} bytes`,
        )
        continue
      }
      this.files++
      this.bytes += size
    }
  }
}
