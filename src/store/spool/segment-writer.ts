import { readFile, unlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Signal } from '../../signal.ts'
import type { Engine } from '../engine/engine.ts'
import { type InsertOptions, insertOnce } from './insert-once.ts'
import type { SealedSegment } from './open-segment.ts'
import { readSegment, type SegmentContent } from './segment-format.ts'
import type { Spool } from './spool.ts'
import { readTargetTable, type TargetTable } from './target-table.ts'

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

/** After the spool itself could not be read or changed, in ms. */
const pause = 5000

/** Moves the segments of one signal into the engine, one after the other, until it is stopped. */
export async function writeSegments(signal: Signal, options: SegmentWriterOptions): Promise<void> {
  const { spool, stop, log, engine, tries = 5 } = options
  const table = tableReader(signal, options)
  const disk = engine.health().kind === 'embedded' ? spool.disk : undefined
  const inserting: InsertOptions = {
    engine,
    log,
    stop,
    tries,
    table,
    disk,
    mended: { at: Date.now() },
  }
  for (;;) {
    try {
      const segment = await spool.segments[signal].next(stop)
      if (segment === undefined) return
      await writeSegment(signal, segment, options, inserting)
    } catch (error) {
      if (stop.aborted) return
      // it may be possible later, and nothing is lost meanwhile
      log(`A segment of ${signal} cannot be stored now: ${String(error)}`)
      await sleep(pause, undefined, { signal: stop }).catch(() => {})
    }
  }
}

/** Reads what the table is like, and again when a segment has a column that it did not have. */
function tableReader(
  signal: Signal,
  { engine, table }: SegmentWriterOptions,
): InsertOptions['table'] {
  let known: TargetTable | undefined
  return async ({ columns }) => {
    const isKnown = columns.every((name) => known?.types.has(name))
    if (known === undefined || !isKnown) known = await readTargetTable(engine, table(signal))
    return known
  }
}

async function writeSegment(
  signal: Signal,
  segment: SealedSegment,
  options: SegmentWriterOptions,
  inserting: InsertOptions,
): Promise<void> {
  const { spool, log, stored } = options
  const { header, frames, damage } = await contentOf(segment)
  const { name: token, isDoubtful } = segment
  // what is not stored at once may be waiting for long: the next try reads it again
  segment.isDoubtful = true
  let reason = damage === 'corrupt' ? 'it is damaged' : ''
  let kept = [...frames]
  if (header !== undefined && frames.length > 0) {
    const refusal = await insertOnce({ token, header, frames, isDoubtful }, inserting)
    if (refusal !== undefined) {
      // one bad request must not take the others with it
      kept = []
      for (const [i, frame] of frames.entries()) {
        const one = { token: `${token}.${i}`, header, frames: [frame], isDoubtful, isPiece: true }
        if ((await insertOnce(one, inserting)) === undefined) kept.push(frame)
      }
      if (kept.length < frames.length) reason = refusal.message
    }
  }
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
  stored(
    signal,
    kept.reduce((sum, { rows }) => sum + rows, 0),
  )
  spool.segments[signal].remove(segment)
}

async function contentOf(segment: SealedSegment): Promise<SegmentContent> {
  if (segment.content !== undefined) return { ...segment.content, damage: 'none' }
  const bytes = await readFile(segment.file)
  return readSegment(bytes.subarray(0, segment.bytes))
}
