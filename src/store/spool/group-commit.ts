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
  /** A commit does not wait beyond this size, and no request is added to more than that. */
  maxBatchBytes: number
}

/** Requests of one signal share a batch, and one write to the disk. */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #batch: ColumnBatch
  #hashes: string[] = []
  #waiting = Promise.withResolvers<void>()
  #firstAt = 0
  #timer: NodeJS.Timeout | undefined
  #committing: Promise<void> | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#batch = new ColumnBatch(options.signal)
  }

  /** Adds the rows of one request; resolves once they are on disk. When `rows` throws, nothing of it is kept. */
  async add(hash: string, rows: (batch: ColumnBatch) => DecodeOutcome): Promise<DecodeOutcome> {
    const { linger, maxBatchBytes } = this.#options
    const batch = this.#batch
    while (batch.byteSize >= maxBatchBytes) await this.flush()
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
    const committed = this.#waiting.promise
    if (rowsBefore === 0) {
      this.#firstAt = performance.now()
      this.#schedule(linger)
    }
    if (batch.byteSize >= maxBatchBytes) this.#schedule(0)
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
    this.#hashes = []
    this.#waiting = Promise.withResolvers()
    let written: Promise<void>
    try {
      const { columns, bytes } = this.#options.encode(batch)
      written = this.#options.append(columns, { time: Date.now(), hashes, rows, block: bytes })
    } catch (error) {
      written = Promise.reject(error)
    }
    batch.clear()
    this.#committing = written.then(waiting.resolve, waiting.reject).finally(() => {
      this.#committing = undefined
      if (batch.rows === 0) return
      const { linger, maxBatchBytes } = this.#options
      const waited = performance.now() - this.#firstAt
      this.#schedule(batch.byteSize >= maxBatchBytes ? 0 : Math.max(linger - waited, 0))
    })
  }
}
