import { readdir, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { Signal } from '../../signal.ts'
import { OpenSegment, type SealedSegment, segmentSuffix } from './open-segment.ts'
import type { Frame } from './segment-format.ts'

export interface SignalSpoolOptions {
  folder: string
  signal: Signal
  /** A segment is sealed when it has this many bytes, ... */
  maxSegmentBytes: number
  /** ... or when its first frame is this old, in ms. */
  maxSegmentAge: number
}

interface Entry {
  segment: SealedSegment
  /** Resolves when it was removed. */
  left: PromiseWithResolvers<void>
}

/** The segments of one signal, oldest first: frames go in at one end, whole segments leave at the other. */
export class SignalSpool {
  readonly #options: SignalSpoolOptions
  readonly #sealed: Entry[]
  #open: OpenSegment | undefined
  /** Appending and sealing take turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #wake: () => void = () => {}

  private constructor(options: SignalSpoolOptions, sealed: Entry[]) {
    this.#options = options
    this.#sealed = sealed
  }

  /** Finds the segments that an earlier process left. */
  static async open(options: SignalSpoolOptions): Promise<SignalSpool> {
    const suffix = `-${options.signal}${segmentSuffix}`
    const names = (await readdir(options.folder)).filter((name) => name.endsWith(suffix)).toSorted()
    const sealed: Entry[] = []
    for (const entry of names) {
      const file = path.join(options.folder, entry)
      const name = entry.slice(0, -segmentSuffix.length)
      const { size, birthtimeMs } = await stat(file)
      sealed.push(entryOf({ name, file, bytes: size, rows: 0, since: birthtimeMs }))
    }
    return new SignalSpool(options, sealed)
  }

  /** The segments that are waiting to be stored, oldest first. */
  get left(): readonly SealedSegment[] {
    return this.#sealed.map(({ segment }) => segment)
  }

  get files(): number {
    return this.#sealed.length + (this.#open === undefined ? 0 : 1)
  }

  get bytes(): number {
    return this.#sealed.reduce((sum, { segment }) => sum + segment.bytes, this.#open?.bytes ?? 0)
  }

  /** When the oldest rows here were committed, ms since 1970; undefined when there are none. */
  get oldest(): number | undefined {
    return this.#sealed[0]?.segment.since ?? (this.#open?.rows ? this.#open.since : undefined)
  }

  /** Resolves once the frame is on disk. */
  append(columns: readonly string[], frame: Frame): Promise<void> {
    return this.#inTurn(async () => {
      const { folder, signal, maxSegmentBytes } = this.#options
      if (this.#open && !sameColumns(this.#open.columns, columns)) await this.#seal()
      this.#open ??= await OpenSegment.create(folder, signal, columns)
      try {
        await this.#open.append(frame)
      } catch (error) {
        // the file may be past saving: what it holds is stored, the next frame gets a new one
        await this.#seal()
        throw error
      }
      if (this.#open.bytes >= maxSegmentBytes) await this.#seal()
      this.#wake()
    })
  }

  /** Seals the open segment, and resolves when every segment that is here now has left. */
  async drained(): Promise<void> {
    await this.#inTurn(() => this.#seal())
    await Promise.all(this.#sealed.map(({ left }) => left.promise))
  }

  async seal(): Promise<void> {
    await this.#inTurn(() => this.#seal())
  }

  /** Waits for the next segment that is to be stored; undefined when `stop` is aborted. For one caller at a time. */
  async next(stop: AbortSignal): Promise<SealedSegment | undefined> {
    const wake = (): void => this.#wake()
    stop.addEventListener('abort', wake)
    try {
      while (!stop.aborted) {
        const [first] = this.#sealed
        if (first !== undefined) return first.segment
        const wait = this.#untilDue()
        if (wait <= 0) await this.seal()
        else await this.#pause(wait)
      }
      return undefined
    } finally {
      stop.removeEventListener('abort', wake)
    }
  }

  /** Forgets a segment that was stored or set aside. */
  remove(segment: SealedSegment): void {
    const at = this.#sealed.findIndex((entry) => entry.segment === segment)
    const [entry] = at < 0 ? [] : this.#sealed.splice(at, 1)
    entry?.left.resolve()
  }

  /** Milliseconds until the open segment is to be sealed; Infinity when there is nothing to seal. */
  #untilDue(): number {
    if (!this.#open?.rows) return Infinity
    const { maxSegmentAge } = this.#options
    // at most that, also when the clock was set back
    return Math.min(this.#open.since + maxSegmentAge - Date.now(), maxSegmentAge)
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined
    this.#wake = () => {
      clearTimeout(timer)
      resolve()
    }
    return promise
  }

  async #seal(): Promise<void> {
    const segment = this.#open
    this.#open = undefined
    if (segment === undefined) return
    const sealed = await segment.seal()
    if (sealed.rows === 0) await unlink(sealed.file)
    else this.#sealed.push(entryOf(sealed))
    this.#wake()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }
}

function entryOf(segment: SealedSegment): Entry {
  return { segment, left: Promise.withResolvers() }
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i])
}
