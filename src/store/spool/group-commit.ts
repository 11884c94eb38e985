import { performance } from 'node:perf_hooks'
import { ColumnBatch } from '../../otlp/column-batch.ts'
import type { DecodeOutcome } from '../../otlp/decode-export.ts'
import type { Signal } from '../../signal.ts'
import type { Frame } from './segment-format.ts'

export interface GroupCommitOptions {
  signal: Signal
  encode: (batch: ColumnBatch) => { columns: string[]; bytes: Uint8Array }
  /** Resolves once the frame is on disk. */
  append: (columns: readonly string[], frame: Frame) => Promise<void>
  /** How long the first request of a commit waits for others, in ms. */
  linger: number
  /** A commit does not wait beyond this size, and no request is added to more than that, ... */
  maxBatchBytes: number
  /** ... nor to a batch of so many requests. */
  maxBatchRequests?: number
}

/** Requests of one signal share a batch, and one write to the disk. */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #batch: ColumnBatch
  readonly #maxRequests: number
  #hashes: string[] = []
  #outcomes: DecodeOutcome[] = []
  #waiting = Promise.withResolvers<void>()
  #firstAt = 0
  #timer: NodeJS.Timeout | undefined
  #committing: Promise<void> | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#maxRequests = options.maxBatchRequests ?? 20_000
    this.#batch = new ColumnBatch(options.signal)
  }

  /** Adds the rows of one request; resolves once they are on disk. When `rows` throws, nothing of it is kept. */
  async add(hash: string, rows: (batch: ColumnBatch) => DecodeOutcome): Promise<DecodeOutcome> {
    const batch = this.#batch
    while (this.#isFull()) await this.flush()
    const before = batch.mark()
    const rowsBefore = batch.rows
    let outcome: DecodeOutcome
    try {
      outcome = rows(batch)
    } catch (error) {
      batch.rollback(before)
      throw error
    }
    if (batch.rows === rowsBefore) return outcome
    this.#hashes.push(hash)
    this.#outcomes.push(outcome)
    const committed = this.#waiting.promise
    if (rowsBefore === 0) {
      this.#firstAt = performance.now()
      this.#schedule(this.#options.linger)
    }
    if (this.#isFull()) this.#schedule(0)
    await committed
    return outcome
  }

  /** Commits what is there now; resolves when that has succeeded or failed. */
  async flush(): Promise<void> {
    await this.#committing
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#committing === undefined) this.#commit()
    await this.#committing
  }

  #isFull(): boolean {
    return (
      this.#batch.byteSize >= this.#options.maxBatchBytes ||
      this.#hashes.length >= this.#maxRequests
    )
  }

  #schedule(ms: number): void {
    // the commit that is under way schedules the next one
    if (this.#committing !== undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#committing === undefined) this.#commit()
    }, ms)
  }

  #commit(): void {
    const batch = this.#batch
    if (batch.rows === 0) return
    const waiting = this.#waiting
    // whoever waits hears of a failure; without anybody it is nobody's
    waiting.promise.catch(() => {})
    const { rows } = batch
    const hashes = this.#hashes
    const outcomes = this.#outcomes
    this.#hashes = []
    this.#outcomes = []
    this.#waiting = Promise.withResolvers()
    let written: Promise<void>
    try {
      const { columns, bytes } = this.#options.encode(batch)
      written = this.#options.append(columns, {
        time: Date.now(),
        hashes,
        outcomes,
        rows,
        block: bytes,
      })
    } catch (error) {
      written = Promise.reject(error)
    }
    batch.clear()
    this.#committing = written.then(waiting.resolve, waiting.reject).finally(() => {
      this.#committing = undefined
      if (batch.rows === 0) return
      const waited = performance.now() - this.#firstAt
      this.#schedule(this.#isFull() ? 0 : Math.max(this.#options.linger - waited, 0))
    })
  }
}
