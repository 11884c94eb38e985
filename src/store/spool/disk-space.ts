import { statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'

/** How old the figure may be before the disk is asked again, in ms. */
const freshness = 500
/** How often it is asked while somebody watches, in ms. */
const watchEvery = 100
const maxFull = 100

/** Free space of the disk of a folder, and whether it is above the part that is left alone. */
export class DiskSpace {
  /** Bytes that an ordinary user can still write. */
  free: number
  readonly reserve: number
  readonly #folder: string
  /** When it was found full, each time that it had not been before; ms since 1970, oldest first. */
  readonly #full: number[] = []
  #isFull = false
  #askedAt = performance.now()
  #asking: Promise<void> | undefined

  private constructor(folder: string, reserve: number, free: number) {
    this.#folder = folder
    this.reserve = reserve
    this.free = free
  }

  /** @param reserve bytes; by default 1 GiB or 5 % of the disk, whichever is less */
  static async open(folder: string, reserve?: number): Promise<DiskSpace> {
    const { bavail, blocks, bsize } = await statfs(folder)
    const standard = Math.min(2 ** 30, (blocks * bsize) / 20)
    return new DiskSpace(folder, Math.floor(reserve ?? standard), bavail * bsize)
  }

  /** Told of every write: between two looks at the disk that is all that is known. */
  wrote(bytes: number): void {
    this.free -= bytes
  }

  /** Whether more may be written. Asks the disk when the figure is old, and always before it says no. */
  async hasRoom(): Promise<boolean> {
    if (this.free <= this.reserve) await this.#ask()
    else if (performance.now() - this.#askedAt > freshness) void this.#ask()
    return this.free > this.reserve
  }

  /** The first time after `time` that it became full, ms since 1970. */
  firstFullAfter(time: number): number | undefined {
    return this.#full.find((when) => when >= time - freshness)
  }

  /** Does some work that writes to this disk, and tells whether there was room all the time. */
  async watch<T>(work: () => Promise<T>): Promise<{ result: T; hadRoom: boolean }> {
    let hadRoom = true
    const look = async (): Promise<void> => {
      await this.#ask()
      if (this.free <= this.reserve) hadRoom = false
    }
    await look()
    const timer = setInterval(() => void look(), watchEvery)
    try {
      const result = await work()
      await look()
      return { result, hadRoom }
    } finally {
      clearInterval(timer)
    }
  }

  #ask(): Promise<void> {
    this.#asking ??= statfs(this.#folder)
      .then(({ bavail, bsize }) => {
        this.free = bavail * bsize
        const isFull = this.free <= this.reserve
        // it may have been so since it was last asked
        if (isFull && !this.#isFull) this.#full.push(Date.now() - freshness)
        if (this.#full.length > maxFull) this.#full.shift()
        this.#isFull = isFull
      })
      // a disk that cannot be asked refuses the writes themselves
      .catch(() => {})
      .finally(() => {
        this.#askedAt = performance.now()
        this.#asking = undefined
      })
    return this.#asking
  }
}
