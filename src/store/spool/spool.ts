import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { DecodeOutcome } from '../../otlp/decode-export.ts'
import { type Signal, signals } from '../../signal.ts'
import { DiskSpace } from './disk-space.ts'
import { FrameMemory } from './frame-memory.ts'
import { GroupCommit } from './group-commit.ts'
import { RecentRequests } from './recent-requests.ts'
import { RejectedFolder } from './rejected-folder.ts'
import { readSegment } from './segment-format.ts'
import { SignalSpool } from './signal-spool.ts'
import { spoolRoom } from './spool-room.ts'
import { syncFolder } from './sync-folder.ts'

export interface IngestOutcome {
  /** Of a duplicate: what the first one was told. */
  outcome: DecodeOutcome
  /** The same request was stored before, or is just being stored: nothing was added. */
  duplicate: boolean
}

export interface SpoolHealth {
  /** Segments that the engine does not have yet. */
  files: number
  bytes: number
  /** Most bytes that may wait here. */
  maxBytes: number
  /** Bytes that can still be written to the disk, and how many of them are left alone. */
  diskFree: number
  diskReserve: number
  /** Age of the oldest of their rows, in seconds. */
  lag: number
  /** Segments that were set aside because they were damaged, or refused by the engine for good. */
  rejectedFiles: number
  rejectedBytes: number
  /** Why the last one was set aside; empty when none was since the start. */
  lastRejection: string
  /** Segments set aside earlier that were deleted since the start, because there were too many: these rows are lost. */
  droppedFiles: number
  droppedBytes: number
  /** Requests that were forgotten before their 15 minutes were over: resent, they would be stored again. */
  forgottenRequests: number
  /** Requests refused since the start because the spool or the disk was full. */
  refusedRequests: number
}

export interface SpoolOptions {
  folder: string
  /** One Native block of the rows of a batch. */
  encode: (batch: ColumnBatch) => { columns: string[]; bytes: Uint8Array }
  /** Most bytes on disk that the engine does not have yet; by default 4 GiB or a fifth of the free disk, what is less. */
  maxBytes?: number
  /** Bytes of the disk that are left free; by default 1 GiB or a twentieth of the disk, what is less. */
  diskReserve?: number
  /** Memory for frames that the engine does not have yet; without room they are read from the disk again. */
  frameMemory?: number
  /** How long the first request of a commit waits for others, in ms. */
  linger?: number
  maxBatchBytes?: number
  maxSegmentBytes?: number
  /** How long a segment waits for more commits before it is inserted, in ms; under load four times that. */
  maxSegmentAge?: number
  log?: (line: string) => void
}

/** Rows that were acknowledged, on disk until the engine has them. */
export class Spool {
  readonly segments: Readonly<Record<Signal, SignalSpool>>
  readonly recent: RecentRequests
  readonly rejected: RejectedFolder
  /** Rows acknowledged since the start. */
  readonly received: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 }
  lastRejection = ''
  refusedRequests = 0
  readonly disk: DiskSpace
  readonly #commits: Readonly<Record<Signal, GroupCommit>>
  readonly #maxBytes: number
  /** Requests whose rows are not on disk yet, by hash. */
  readonly #pending = new Map<string, Promise<DecodeOutcome>>()

  private constructor(
    options: SpoolOptions,
    segments: Record<Signal, SignalSpool>,
    recent: RecentRequests,
    rejected: RejectedFolder,
    disk: DiskSpace,
  ) {
    this.segments = segments
    this.recent = recent
    this.rejected = rejected
    this.disk = disk
    const free = Math.max(disk.free + this.#bytes() - disk.reserve, 0)
    this.#maxBytes = options.maxBytes ?? Math.floor(Math.min(4 * 2 ** 30, free / 5))
    this.#commits = bySignal(
      (signal) =>
        new GroupCommit({
          signal,
          encode: options.encode,
          append: async (columns, frame) => {
            await segments[signal].append(columns, frame)
            disk.wrote(frame.block.length)
          },
          linger: options.linger ?? 30,
          maxBatchBytes: options.maxBatchBytes ?? 8 * 2 ** 20,
        }),
    )
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder, maxSegmentBytes = 64 * 2 ** 20, maxSegmentAge = 500 } = options
    const memory = new FrameMemory(options.frameMemory ?? 128 * 2 ** 20)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await syncFolder(path.dirname(folder))
    const opened = signals.map(
      async (signal) =>
        [
          signal,
          await SignalSpool.open({ folder, signal, maxSegmentBytes, maxSegmentAge, memory }),
        ] as const,
    )
    const segments = Object.fromEntries(await Promise.all(opened)) as Record<Signal, SignalSpool>
    const recent = await RecentRequests.open(path.join(folder, 'requests'))
    for (const signal of signals) await remember(segments[signal], recent)
    const log = options.log ?? (() => {})
    const rejected = await RejectedFolder.open(path.join(folder, 'rejected'), { log })
    const disk = await DiskSpace.open(folder, options.diskReserve)
    return new Spool(options, segments, recent, rejected, disk)
  }

  /** See `Store.ingest`. */
  async ingest(
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ): Promise<IngestOutcome> {
    const pending = this.#pending.get(requestHash)
    if (pending !== undefined) return { outcome: await pending, duplicate: true }
    const known = this.recent.outcome(requestHash)
    if (known !== undefined) return { outcome: known, duplicate: true }
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
      maxBytes: this.#maxBytes,
      diskFree: Math.max(this.disk.free, 0),
      diskReserve: this.disk.reserve,
      lag: Number.isFinite(oldest) ? Math.max(Date.now() - oldest, 0) / 1000 : 0,
      rejectedFiles: this.rejected.files,
      rejectedBytes: this.rejected.bytes,
      lastRejection: this.lastRejection,
      droppedFiles: this.rejected.droppedFiles,
      droppedBytes: this.rejected.droppedBytes,
      forgottenRequests: this.recent.forgotten,
      refusedRequests: this.refusedRequests,
    }
  }

  async #add(
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ): Promise<DecodeOutcome> {
    try {
      if (!this.#hasRoom(signal)) throw spoolFull()
      if (!(await this.disk.hasRoom())) throw diskFull()
      return await this.#commit(signal, requestHash, rows)
    } catch (error) {
      const problem = isDiskFull(error) ? diskFull(error) : error
      if (problem instanceof AftergreenError && problem.httpStatus === 503) this.refusedRequests++
      throw problem
    }
  }

  async #commit(
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ): Promise<DecodeOutcome> {
    let added = 0
    const outcome = await this.#commits[signal].add(requestHash, (batch) => {
      const before = batch.rows
      const outcome = rows(batch)
      added = batch.rows - before
      return outcome
    })
    if (added > 0) this.recent.add(requestHash, outcome)
    this.received[signal] += added
    return outcome
  }

  /** A flood of one signal does not take the place of the others. */
  #hasRoom(signal: Signal): boolean {
    const others = signals.filter((other) => other !== signal)
    const taken = others.map((other) => this.segments[other].bytes)
    return this.segments[signal].bytes < spoolRoom(this.#maxBytes, taken)
  }

  #bytes(): number {
    return sum(signals.map((signal) => this.segments[signal].bytes))
  }
}

/** A request whose rows are still here may be sent again, too. */
async function remember(segments: SignalSpool, recent: RecentRequests): Promise<void> {
  for (const { file } of segments.left) {
    for (const { hashes, outcomes } of readSegment(await readFile(file)).frames) {
      for (const [i, hash] of hashes.entries()) recent.add(hash, outcomes?.[i] ?? unknownOutcome)
    }
  }
}

const unknownOutcome: DecodeOutcome = { accepted: 0, rejected: 0, errorMessage: '' }

const spoolFull = (): AftergreenError =>
  new AftergreenError(
    'SPOOL_FULL',
    'Telemetry cannot be accepted: the engine has not taken what was received before.',
    { hint: 'Senders may try again later. The health of the store says why the engine is behind.' },
  )

const diskFull = (cause?: unknown): AftergreenError =>
  new AftergreenError('DISK_FULL', 'Telemetry cannot be accepted: the disk is full.', {
    hint: 'Free some space on the disk of the data folder; senders may try again then. AFTERGREEN_DISK_RESERVE says how much is left free.',
    cause,
  })

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function bySignal<T>(make: (signal: Signal) => T): Record<Signal, T> {
  return Object.fromEntries(signals.map((signal) => [signal, make(signal)])) as Record<Signal, T>
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
