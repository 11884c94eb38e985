import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { SealedSegment } from './open-segment.ts'

/** Segments that could not be stored, set aside so that they block no others; the oldest give way beyond `maxBytes`. */
export class RejectedFolder {
  readonly #folder: string
  readonly #maxBytes: number
  files = 0
  bytes = 0

  private constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#maxBytes = maxBytes
  }

  static async open(folder: string, maxBytes = 256 * 2 ** 20): Promise<RejectedFolder> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const rejected = new RejectedFolder(folder, maxBytes)
    await rejected.#tidy()
    return rejected
  }

  /** @returns where the segment lies now */
  async take(segment: SealedSegment): Promise<string> {
    const file = path.join(this.#folder, path.basename(segment.file))
    await rename(segment.file, file)
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
        continue
      }
      this.files++
      this.bytes += size
    }
  }
}
