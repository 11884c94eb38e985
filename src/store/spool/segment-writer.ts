import { readFile, unlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseError } from '@clickhouse/client'
import type { AftergreenError } from '../../errors.ts'
import type { Signal } from '../../signal.ts'
import { engineError } from '../engine/engine-error.ts'
import type { Engine } from '../engine/engine.ts'
import type { SealedSegment } from './open-segment.ts'
import { type Frame, readSegment, type SegmentHeader } from './segment-format.ts'
import type { Spool } from './spool.ts'

export interface SegmentWriterOptions {
  engine: Engine
  spool: Spool
  /** Where the rows of a signal go: `database.table`, quoted. */
  table: (signal: Signal) => string
  /** Told of rows that the engine has. */
  stored: (signal: Signal, rows: number) => void
  log: (line: string) => void
  stop: AbortSignal
  /** How often an insert that the engine refuses is tried before it is set aside. */
  tries?: number
}

const slowestRetry = 5000

/** Moves the segments of one signal into the engine, one after the other, until it is stopped. */
export async function writeSegments(signal: Signal, options: SegmentWriterOptions): Promise<void> {
  const { spool, stop, log } = options
  for (;;) {
    const segment = await spool.segments[signal].next(stop)
    if (segment === undefined) return
    try {
      await writeSegment(signal, segment, options)
    } catch (error) {
      if (stop.aborted) return
      // the spool itself cannot be read or changed: it may be possible later, and nothing is lost meanwhile
      log(`Segment ${segment.name} cannot be stored now: ${String(error)}`)
      await pause(slowestRetry, stop)
    }
  }
}

async function writeSegment(
  signal: Signal,
  segment: SealedSegment,
  options: SegmentWriterOptions,
): Promise<void> {
  const { spool, log, stored } = options
  const bytes = await readFile(segment.file)
  const { header, frames, damage } = readSegment(bytes.subarray(0, segment.bytes))
  let reason = damage === 'corrupt' ? 'it is damaged' : ''
  let kept = frames
  if (header !== undefined && frames.length > 0) {
    const refusal = await insertPatiently(segment.name, header, frames, options)
    if (refusal !== undefined) {
      // one bad request must not take the others with it
      kept = []
      for (const [i, frame] of frames.entries()) {
        if (
          (await insertPatiently(`${segment.name}.${i}`, header, [frame], options)) === undefined
        ) {
          kept.push(frame)
        }
      }
      reason = refusal.message
    }
  }
  stored(
    signal,
    kept.reduce((sum, { rows }) => sum + rows, 0),
  )
  await spool.recent.persist(frames).catch((error: unknown) => {
    log(`Stored requests cannot be remembered for the next start: ${String(error)}`)
  })
  if (reason === '') {
    await unlink(segment.file)
  } else {
    const file = await spool.rejected.take(segment)
    spool.lastRejection = reason
    log(`A segment of ${signal} was set aside as ${file}: ${reason}`)
  }
  spool.segments[signal].remove(segment)
}

/** Inserts once, however often that takes; the refusal when the engine does not take these rows at all. */
async function insertPatiently(
  token: string,
  header: SegmentHeader,
  frames: readonly Frame[],
  options: SegmentWriterOptions,
): Promise<AftergreenError | undefined> {
  const { engine, stop, tries = 5 } = options
  let refusals = 0
  for (let delay = 100; ; delay = Math.min(delay * 2, slowestRetry)) {
    stop.throwIfAborted()
    try {
      await insert(engine, options.table(header.signal), token, header, frames, stop)
      return undefined
    } catch (error) {
      stop.throwIfAborted()
      const problem = engineError(error)
      if (concernsRows(problem) && ++refusals >= tries) return problem
      if (delay === 100) options.log(`An insert is tried again: ${problem.message}`)
    }
    await pause(delay, stop)
  }
}

/** Whether the engine refused these rows, rather than any insert at all. */
function concernsRows({ code, cause }: AftergreenError): boolean {
  if (code !== 'ENGINE_QUERY') return false
  return !(cause instanceof ClickHouseError && circumstances.has(cause.type ?? ''))
}

/** Errors of the engine that may pass, or that somebody can mend, without any change of the rows. */
const circumstances = new Set([
  'ACCESS_DENIED',
  'AUTHENTICATION_FAILED',
  'CANNOT_RESERVE_SPACE',
  'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
  'DATABASE_ACCESS_DENIED',
  'MEMORY_LIMIT_EXCEEDED',
  'NOT_ENOUGH_SPACE',
  'QUERY_WAS_CANCELLED',
  'QUOTA_EXCEEDED',
  'READONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'UNKNOWN_DATABASE',
  'UNKNOWN_TABLE',
  'UNKNOWN_USER',
])

async function insert(
  engine: Engine,
  table: string,
  token: string,
  header: SegmentHeader,
  frames: readonly Frame[],
  stop: AbortSignal,
): Promise<void> {
  const client = await engine.client('admin', 500)
  const columns = header.columns.map((name) => `\`${name}\``).join(', ')
  const result = await client.exec({
    query: `INSERT INTO ${table} (${columns}) FORMAT Native`,
    values: Readable.from(frames.map(({ block }) => block)),
    abort_signal: AbortSignal.any([stop, AbortSignal.timeout(120_000)]),
    clickhouse_settings: {
      // the same token adds nothing a second time
      insert_deduplication_token: token,
      insert_deduplicate: 1,
      // a sender whose clock is broken must not make a partition for every day there ever was
      max_partitions_per_insert_block: '1000',
    },
  })
  for await (const _ of result.stream) {
    // an insert answers nothing; the connection is free for the next request once that was read
  }
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => {})
}
