import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { DecodeOutcome } from '../../otlp/decode-export.ts'
import { type Signal, signals } from '../../signal.ts'
import { GroupCommit } from './group-commit.ts'
import { RecentRequests } from './recent-requests.ts'
import { RejectedFolder } from './rejected-folder.ts'
import { readSegment } from './segment-format.ts'
import { SignalSpool } from './signal-spool.ts'

export interface IngestOutcome {
  outcome: DecodeOutcome
  /** The same request was stored before, or is just being stored: nothing was added. */
  duplicate: boolean
}

export interface SpoolHealth {
  /** Segments that the engine does not have yet. */
  files: number
  bytes: number
  /** Age of the oldest of their rows, in seconds. */
  lag: number
  /** Segments that were set aside because they were damaged, or refused by the engine for good. */
  rejectedFiles: number
  rejectedBytes: number
  /** Why the last one was set aside; empty when none was since the start. */
  lastRejection: string
}

export interface SpoolOptions {
  folder: string
  /** One Native block of the rows of a batch. */
  encode: (batch: ColumnBatch) => { columns: string[]; bytes: Uint8Array }
  /** Most bytes on disk that the engine does not have yet. */
  maxBytes?: number
  /** How long the first request of a commit waits for others, in ms. */
  linger?: number
  maxBatchBytes?: number
  maxSegmentBytes?: number
  /** How long a segment waits for more commits before it is inserted, in ms. */
  maxSegmentAge?: number
}

/** Rows that were acknowledged, on disk until the engine has them. */
export class Spool {
  readonly segments: Readonly<Record<Signal, SignalSpool>>
  readonly recent: RecentRequests
  readonly rejected: RejectedFolder
  /** Rows acknowledged since the start. */
  readonly received: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 }
  lastRejection = ''
  readonly #commits: Readonly<Record<Signal, GroupCommit>>
  readonly #maxBytes: number
  /** Requests whose rows are not on disk yet, by hash. */
  readonly #pending = new Map<string, Promise<DecodeOutcome>>()

  private constructor(
    options: SpoolOptions,
    segments: Record<Signal, SignalSpool>,
    recent: RecentRequests,
    rejected: RejectedFolder,
  ) {
    this.segments = segments
    this.recent = recent
    this.rejected = rejected
    this.#maxBytes = options.maxBytes ?? 2 ** 30
    this.#commits = bySignal(
      (signal) =>
        new GroupCommit({
          signal,
          encode: options.encode,
          append: (columns, frame) => segments[signal].append(columns, frame),
          linger: options.linger ?? 30,
          maxBatchBytes: options.maxBatchBytes ?? 8 * 2 ** 20,
        }),
    )
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder, maxSegmentBytes = 16 * 2 ** 20, maxSegmentAge = 500 } = options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const opened = signals.map(
      async (signal) =>
        [
          signal,
          await SignalSpool.open({ folder, signal, maxSegmentBytes, maxSegmentAge }),
        ] as const,
    )
    const segments = Object.fromEntries(await Promise.all(opened)) as Record<Signal, SignalSpool>
    const recent = await RecentRequests.open(path.join(folder, 'requests'))
    for (const signal of signals) await remember(segments[signal], recent)
    const rejected = await RejectedFolder.open(path.join(folder, 'rejected'))
    return new Spool(options, segments, recent, rejected)
  }

  /** See `Store.ingest`. */
  async ingest(
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ): Promise<IngestOutcome> {
    const pending = this.#pending.get(requestHash)
    if (pending !== undefined) return { outcome: await pending, duplicate: true }
    if (this.recent.has(requestHash)) {
      return { outcome: { accepted: 0, rejected: 0, errorMessage: '' }, duplicate: true }
    }
    const adding = this.#add(signal, requestHash, rows)
    this.#pending.set(requestHash, adding)
    try {
      return { outcome: await adding, duplicate: false }
    } finally {
      this.#pending.delete(requestHash)
    }
  }

  /** Commits what is waiting, and resolves when the engine has every row acknowledged so far (or it was set aside). */
  async drained(): Promise<void> {
    await this.flush()
    await Promise.all(signals.map((signal) => this.segments[signal].drained()))
  }

  /** Commits what is waiting, and ends the open segments. */
  async flush(): Promise<void> {
    await Promise.all(signals.map((signal) => this.#commits[signal].flush()))
    await Promise.all(signals.map((signal) => this.segments[signal].seal()))
  }

  health(): SpoolHealth {
    const all = signals.map((signal) => this.segments[signal])
    const oldest = Math.min(...all.map(({ oldest }) => oldest ?? Infinity))
    return {
      files: sum(all.map(({ files }) => files)),
      bytes: this.#bytes(),
      lag: Number.isFinite(oldest) ? Math.max(Date.now() - oldest, 0) / 1000 : 0,
      rejectedFiles: this.rejected.files,
      rejectedBytes: this.rejected.bytes,
      lastRejection: this.lastRejection,
    }
  }

  async #add(
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ): Promise<DecodeOutcome> {
    if (this.#bytes() >= this.#maxBytes) {
      throw new AftergreenError(
        'SPOOL_FULL',
        'Telemetry cannot be accepted: the engine has not taken what was received before.',
        {
          hint: 'Senders may try again later. The health of the store says why the engine is behind.',
        },
      )
    }
    let added = 0
    try {
      const outcome = await this.#commits[signal].add(requestHash, (batch) => {
        const before = batch.rows
        const outcome = rows(batch)
        added = batch.rows - before
        return outcome
      })
      if (added > 0) this.recent.add(requestHash)
      this.received[signal] += added
      return outcome
    } catch (error) {
      throw diskError(error)
    }
  }

  #bytes(): number {
    return sum(signals.map((signal) => this.segments[signal].bytes))
  }
}

/** A request whose rows are still here may be sent again, too. */
async function remember(segments: SignalSpool, recent: RecentRequests): Promise<void> {
  for (const { file } of segments.left) {
    for (const { time, hashes } of readSegment(await readFile(file)).frames) {
      for (const hash of hashes) recent.add(hash, time)
    }
  }
}

function diskError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new AftergreenError('DISK_FULL', 'Telemetry cannot be accepted: the disk is full.', {
    hint: 'Free some space on the disk of the data folder; senders may try again then.',
    cause: error,
  })
}

function bySignal<T>(make: (signal: Signal) => T): Record<Signal, T> {
  return Object.fromEntries(signals.map((signal) => [signal, make(signal)])) as Record<Signal, T>
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
