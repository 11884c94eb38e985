import { readdir, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Signal } from '../../signal.ts'
import { OpenSegment, type SealedSegment, segmentSuffix } from './open-segment.ts'
import { FrameMemory } from './frame-memory.ts'
import type { Frame } from './segment-format.ts'

export interface SignalSpoolOptions {
  folder: string
  signal: Signal
  /** A segment is sealed when it has this many bytes, ... */
  maxSegmentBytes: number
  /** ... or when its first frame is this old, in ms; four times that while much is coming in. */
  maxSegmentAge: number
  /** Where frames stay until they are stored; without room there they are read from the disk again. */
  memory?: FrameMemory
}

interface Entry {
  segment: SealedSegment
  /** Resolves when it was removed. */
  left: PromiseWithResolvers<void>
}

/** Fewer, larger inserts under load: this much longer than `maxSegmentAge` ... */
const patience = 4
/** ... once the segment has this share of its largest size. */
const busyShare = 1 / 16
/** Between two tries to make a file certain, in ms. */
const settlePause = 200

/**
 * The segments of one signal: frames go in at one end, whole segments leave. Where several wait, the newest and the oldest
 * leave in turn, so that what comes in now is soon seen while a backlog is stored.
 */
export class SignalSpool {
  readonly #options: SignalSpoolOptions
  readonly #memory: FrameMemory
  /** Oldest first. */
  readonly #sealed: Entry[]
  #open: OpenSegment | undefined
  /** What is on its file is not certain: until it is, nothing more is accepted. */
  #doubtful: OpenSegment | undefined
  #sealedBytes = 0
  #newestNext = true
  /** Appending and sealing take turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #wake: () => void = () => {}

  private constructor(options: SignalSpoolOptions, sealed: Entry[]) {
    this.#options = options
    this.#memory = options.memory ?? new FrameMemory(0)
    this.#sealed = sealed
    for (const { segment } of sealed) this.#sealedBytes += segment.bytes
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
      const isDoubtful = true
      sealed.push(entryOf({ name, file, bytes: size, rows: 0, since: birthtimeMs, isDoubtful }))
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
    return this.#sealedBytes + (this.#open?.bytes ?? 0)
  }

  /** When the oldest rows here were committed, ms since 1970; undefined when there are none. */
  get oldest(): number | undefined {
    return this.#sealed[0]?.segment.since ?? (this.#open?.rows ? this.#open.since : undefined)
  }

  /** Resolves once the frame is on disk. */
  append(columns: readonly string[], frame: Frame): Promise<void> {
    return this.#inTurn(async () => {
      const { folder, signal, maxSegmentBytes } = this.#options
      await this.#settle()
      if (this.#open && !sameColumns(this.#open.header.columns, columns)) await this.#seal()
      this.#open ??= await OpenSegment.create(folder, signal, columns, this.#memory)
      try {
        await this.#open.append(frame)
      } catch (error) {
        // the file may be past saving: what it holds is stored, the next frame gets a new one
        if (this.#open.inDoubt) this.#doubtful = this.#open
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
        if (this.#doubtful !== undefined) await this.#trySettling()
        const wait = this.#untilDue()
        if (wait <= 0) await this.seal()
        if (this.#sealed.length > 0) return this.#pick()
        if (wait > 0) await this.#pause(wait)
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
    if (entry === undefined) return
    this.#sealedBytes -= segment.bytes
    segment.content?.release()
    entry.left.resolve()
  }

  #pick(): SealedSegment {
    const entry = this.#sealed.at(this.#newestNext ? -1 : 0)!
    this.#newestNext = !this.#newestNext
    return entry.segment
  }

  /** Milliseconds until the open segment is to be sealed; Infinity when there is nothing to seal. */
  #untilDue(): number {
    if (this.#doubtful !== undefined) return settlePause
    if (!this.#open?.rows) return Infinity
    const { maxSegmentAge, maxSegmentBytes } = this.#options
    const isBusy = this.#open.bytes >= maxSegmentBytes * busyShare
    return this.#open.startedAt + maxSegmentAge * (isBusy ? patience : 1) - performance.now()
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
    if (segment === undefined || segment === this.#doubtful) return
    // until it is among the sealed ones it counts as open: what waits here must never seem to be gone
    const sealed = await segment.seal()
    this.#open = undefined
    if (sealed.rows === 0) await unlink(sealed.file)
    else {
      this.#sealed.push(entryOf(sealed))
      this.#sealedBytes += sealed.bytes
    }
    this.#wake()
  }

  async #trySettling(): Promise<void> {
    await this.#inTurn(() => this.#settle()).catch(() => {})
  }

  async #settle(): Promise<void> {
    if (this.#doubtful === undefined) return
    await this.#doubtful.settle()
    this.#doubtful = undefined
    await this.#seal()
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
