import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseSettings } from '@clickhouse/client'
import { AftergreenError } from '../../errors.ts'
import { engineError } from '../engine/engine-error.ts'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { quotedIdentifier, quotedText } from '../sql-text.ts'
import type { DiskSpace } from './disk-space.ts'
import { failureConcerns } from './failure-concerns.ts'
import { mendParts } from './mend-parts.ts'
import { markColumn, markedBlock, markOf } from './mark-block.ts'
import type { Frame, SegmentHeader } from './segment-format.ts'
import { dayOfRow, type RowPlace, type TargetTable } from './target-table.ts'

/** Rows that go into the engine together. */
export interface InsertUnit {
  /** Unique for ever. */
  token: string
  header: SegmentHeader
  frames: readonly Frame[]
  /** It may have been inserted before. */
  isDoubtful: boolean
  /** Part of a unit that was refused as a whole. */
  isPiece?: boolean
}

export interface InsertOptions {
  engine: Engine
  table: (header: SegmentHeader) => Promise<TargetTable>
  log: (line: string) => void
  stop: AbortSignal
  /** Of the engine, where it is on this machine. */
  disk: DiskSpace | undefined
  /** When the table was last known to be sound, ms since 1970. */
  mended: { at: number }
  /** How often an insert is tried at least before it is given up, where the error does not say whether it will pass. */
  tries: number
}

const slowestRetry = 5000
/** How often rows are tried that the engine can never take. */
const sureTries = 2
/** How long an insert is tried whose error says nothing, in ms; pieces of one that was refused wait no longer than needed. */
const unsurePatience = { whole: 60_000, piece: 2000 }
/** How long one insert may take, in ms. */
const patience = 120_000

/**
 * Inserts once, however often that takes; the refusal when the engine does not take these rows at all.
 *
 * An insert without an answer may have happened, or a part of it: the rows of one day are all there or none of them, on each server. The
 * engine's deduplication by token is not enough to try again, so the rows are looked for by their mark first. See decision 2.
 */
export async function insertOnce(
  unit: InsertUnit,
  options: InsertOptions,
): Promise<AftergreenError | undefined> {
  const { stop, tries } = options
  const since = performance.now()
  let isDoubtful = unit.isDoubtful
  let refusals = 0
  for (let delay = 100; ; delay = Math.min(delay * 2, slowestRetry)) {
    stop.throwIfAborted()
    try {
      const table = await options.table(unit.header)
      await soundDisk(table, options)
      const canLook = unit.header.marked === true && table.isMarked
      if (!isDoubtful || !canLook) await insertAll(unit, table, options)
      if (isDoubtful && canLook) await makeSure(unit, table, options)
      return undefined
    } catch (error) {
      stop.throwIfAborted()
      isDoubtful = true
      const problem = engineError(error)
      const kind = failureConcerns(problem, unit.frames.length)
      if (kind !== 'circumstances') refusals++
      if (kind === 'rows' && refusals >= sureTries) return problem
      const isLong =
        performance.now() - since > unsurePatience[unit.isPiece === true ? 'piece' : 'whole']
      if (kind === 'unknown' && refusals >= tries && isLong) return problem
      if (delay === 100) options.log(`An insert is tried again: ${problem.message}`)
    }
    await sleep(delay, undefined, { signal: stop }).catch(() => {})
  }
}

/** Nothing is inserted while the disk is full, and afterwards the table is mended first. */
async function soundDisk(table: TargetTable, options: InsertOptions): Promise<void> {
  const { disk, engine, mended } = options
  if (disk === undefined) return
  if (!(await disk.hasRoom())) throw noRoom()
  const since = disk.firstFullAfter(mended.at)
  if (since === undefined) return
  const began = Date.now()
  if (table.isPlain) await mendParts(engine, table.name, since)
  mended.at = began
}

async function makeSure(
  unit: InsertUnit,
  table: TargetTable,
  options: InsertOptions,
): Promise<void> {
  const { place } = table
  await endEarlierTries(unit, options)
  const before = await storedPlaces(unit, table, options)
  if (isComplete(unit, before)) return
  if (before.length === 0 || place === undefined) {
    await insertAll(unit, table, options)
    // where servers agree among themselves, that decides
    if (place === undefined) return
  }
  // an engine may know the token, and yet not have the rows
  const after = await storedPlaces(unit, table, options)
  if (!isComplete(unit, after)) await insertMissing(unit, after, table, place, options)
}

interface StoredPlace {
  place: string
  rows: number
}

const isComplete = ({ frames }: InsertUnit, places: readonly StoredPlace[]): boolean =>
  sum(places.map(({ rows }) => rows)) >= sum(frames.map(({ rows }) => rows))

async function storedPlaces(
  { token }: InsertUnit,
  { name, place }: TargetTable,
  { engine, stop }: InsertOptions,
): Promise<StoredPlace[]> {
  return await queryRows<StoredPlace>(
    engine,
    `SELECT ${place?.stored ?? dayOfRow} AS place, count() AS rows FROM ${name}
     WHERE ${markColumn} = {mark: UInt64} GROUP BY place SETTINGS skip_unavailable_shards = 0`,
    { mark: markOf(token) },
    { as: 'admin', maxSeconds: 600, signal: stop },
  )
}

/** One that was given up here may still be running, on any server. */
async function endEarlierTries({ token }: InsertUnit, { engine }: InsertOptions): Promise<void> {
  const servers = engine.servers?.('admin') ?? [{ client: await engine.client('admin', 500) }]
  for (const { client } of servers) {
    await client.command({
      query: 'KILL QUERY WHERE startsWith(initial_query_id, {id: String}) SYNC',
      query_params: { id: `${token}/` },
    })
  }
}

async function insertAll(
  unit: InsertUnit,
  table: TargetTable,
  options: InsertOptions,
): Promise<void> {
  const into = `INSERT INTO ${table.name} (${columnsOf(unit, table).map(quotedIdentifier).join(', ')})`
  // the same token adds nothing a second time
  const settings = { insert_deduplication_token: unit.token, insert_deduplicate: 1 } as const
  await insert(`${into} FORMAT Native`, settings, unit, table, options)
}

async function insertMissing(
  unit: InsertUnit,
  stored: readonly StoredPlace[],
  table: TargetTable,
  place: RowPlace,
  options: InsertOptions,
): Promise<void> {
  const columns = columnsOf(unit, table)
  const structure = columns.map(
    (name) => `${quotedIdentifier(name)} ${table.types.get(name) ?? 'String'}`,
  )
  const names = columns.map(quotedIdentifier).join(', ')
  const places = stored.map((known) => quotedText(known.place)).join(', ')
  const query = `INSERT INTO ${table.name} (${names}) SELECT ${names}
    FROM input(${quotedText(structure.join(', '))})
    ${places === '' ? '' : `WHERE ${place.incoming} NOT IN (${places})`} FORMAT Native`
  await insert(query, { insert_deduplicate: 0 }, unit, table, options)
}

/** An engine whose disk is full may say yes, and keep empty files: then its answer counts for nothing. */
async function insert(
  query: string,
  settings: ClickHouseSettings,
  unit: InsertUnit,
  table: TargetTable,
  options: InsertOptions,
): Promise<void> {
  const { disk } = options
  if (disk === undefined) return await send(query, settings, unit, table, options)
  const { hadRoom } = await disk.watch(() => send(query, settings, unit, table, options))
  if (!hadRoom) throw noRoom()
}

const noRoom = (): AftergreenError =>
  new AftergreenError('DISK_FULL', 'The disk of the engine is full.', {
    hint: 'Free some space on the disk of the data folder.',
  })

async function send(
  query: string,
  settings: ClickHouseSettings,
  { token, frames }: InsertUnit,
  table: TargetTable,
  { engine, stop }: InsertOptions,
): Promise<void> {
  const client = await engine.client('admin', 500)
  const blocks = table.isMarked
    ? frames.flatMap(({ block, rows }) => markedBlock(block, rows, token))
    : frames.map(({ block }) => block)
  const result = await client.exec({
    query,
    values: Readable.from(blocks, { objectMode: false }),
    query_id: `${token}/${randomUUID()}`,
    abort_signal: AbortSignal.any([stop, AbortSignal.timeout(patience)]),
    clickhouse_settings: {
      ...settings,
      // one block, so that the rows of a day are one part: all of them or none
      min_insert_block_size_rows: '1000000000',
      min_insert_block_size_bytes: '4000000000',
      // a sender whose clock is broken must not make a partition for every day there ever was
      max_partitions_per_insert_block: '1000',
    },
  })
  for await (const _ of result.stream) {
    // an insert answers nothing; the connection is free for the next request once that was read
  }
}

const columnsOf = ({ header }: InsertUnit, { isMarked }: TargetTable): readonly string[] =>
  isMarked ? [...header.columns, markColumn] : header.columns

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
