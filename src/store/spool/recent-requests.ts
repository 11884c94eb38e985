import { appendFile, mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import path from 'node:path'

/** A sender that got no answer sends again: for how long such a request is known, in ms. */
const window = 15 * 60_000
/** Each file holds the requests of so many ms, and is deleted as a whole. */
const fileSpan = 5 * 60_000

/**
 * The hashes of the requests stored in the last 15 minutes, also across restarts: in memory, and in append-only files
 * of lines `<ms since 1970> <hash>`. A line that was cut off matches nothing.
 */
export class RecentRequests {
  readonly #folder: string
  readonly #capacity: number
  /** Time by hash, oldest first. */
  readonly #times = new Map<string, number>()

  private constructor(folder: string, capacity: number) {
    this.#folder = folder
    this.#capacity = capacity
  }

  /** @param capacity most hashes to remember; beyond it the oldest are forgotten early */
  static async open(folder: string, capacity = 500_000): Promise<RecentRequests> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const recent = new RecentRequests(folder, capacity)
    for (const file of (await recent.#files()).toSorted()) {
      for (const line of (await readFile(path.join(folder, file), 'utf8')).split('\n')) {
        const [time, hash] = line.split(' ')
        if (hash !== undefined) recent.add(hash, Number(time))
      }
    }
    return recent
  }

  has(hash: string): boolean {
    const time = this.#times.get(hash)
    return time !== undefined && time > Date.now() - window
  }

  add(hash: string, time = Date.now()): void {
    this.#times.delete(hash)
    this.#times.set(hash, time)
    for (const [oldest, when] of this.#times) {
      if (when > Date.now() - window && this.#times.size <= this.#capacity) break
      this.#times.delete(oldest)
    }
  }

  /** Keeps the hashes of a stored segment for the next process, and deletes the files that are too old. */
  async persist(requests: readonly { time: number; hashes: readonly string[] }[]): Promise<void> {
    const lines = requests.flatMap(({ time, hashes }) => hashes.map((hash) => `${time} ${hash}\n`))
    if (lines.length === 0) return
    const file = path.join(this.#folder, `${Math.floor(Date.now() / fileSpan)}.requests`)
    // on a line of its own, even if the line before was cut off
    await appendFile(file, `\n${lines.join('')}`, { flush: true, mode: 0o600 })
    await this.#files()
  }

  /** The files that are not too old. */
  async #files(): Promise<string[]> {
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.requests'))
    const oldest = Math.floor((Date.now() - window) / fileSpan)
    const old = files.filter((name) => Number.parseInt(name, 10) < oldest)
    await Promise.all(old.map((name) => unlink(path.join(this.#folder, name))))
    return files.filter((name) => !old.includes(name))
  }
}
