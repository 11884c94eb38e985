import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AftergreenError } from '../errors.ts'
import type { AttributeType } from '../otlp/attribute-type.ts'
import type { ColumnBatch } from '../otlp/column-batch.ts'
import type { DecodeOutcome } from '../otlp/decode-export.ts'
import { type Signal, signals } from '../signal.ts'
import { attributeExpression } from './attribute-expression.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { startEmbeddedEngine } from './engine/embedded-engine.ts'
import type { Engine, EngineHealth } from './engine/engine.ts'
import { connectExternalEngine, serverAddress } from './engine/external-engine.ts'
import { migrate, quotedName } from './migrations.ts'
import { encodeNative } from './native/encode-native.ts'
import { queryColumns, type QueryColumns, type QueryOptions, queryRows } from './query-rows.ts'
import { type SegmentWriterOptions, writeSegments } from './spool/segment-writer.ts'
import { type IngestOutcome, Spool, type SpoolHealth, type SpoolOptions } from './spool/spool.ts'
import { readLayout, type TableLayout } from './tables/table-layout.ts'
import { eventTables } from './tables/event-tables.ts'

export interface StoreHealth {
  engine: EngineHealth
  spool: SpoolHealth
  /** Rows since the start: acknowledged, and handed to the engine. */
  received: Readonly<Record<Signal, number>>
  stored: Readonly<Record<Signal, number>>
}

export interface StoreOptions {
  /** Created where there is none; one process at a time can hold it. */
  dataFolder: string
  /** A ClickHouse server to use instead of the embedded engine: `http(s)://user:password@host:port/database`. */
  clickhouseUrl?: string | undefined
  log: (line: string) => void
  /** Sizes and times of the spool. */
  spool?: Omit<SpoolOptions, 'folder' | 'encode'>
}

/** Where events live. */
export interface Store {
  /** Name of the database that holds the tables. */
  readonly database: string
  /**
   * `rows` appends one request to the open batch; when it throws, nothing of it is kept. Resolves once the rows are on
   * disk. `requestHash` is a hash of the signal and the decompressed body: a request that was stored within the last
   * 15 minutes is answered as a duplicate and not stored again.
   * @throws SPOOL_FULL, DISK_FULL, and what `rows` throws
   */
  ingest(
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ): Promise<IngestOutcome>
  /**
   * Rows of a query with bound parameters (`{name: Type}` in the SQL). Integers that a number cannot hold exactly come
   * back as decimal strings.
   * @throws ENGINE_UNAVAILABLE, ENGINE_QUERY
   */
  query<T>(sql: string, parameters?: Record<string, unknown>, options?: QueryOptions): Promise<T[]>
  /** The same by column, for answers with many rows. */
  queryColumns(
    sql: string,
    parameters?: Record<string, unknown>,
    options?: QueryOptions,
  ): Promise<QueryColumns>
  /** SQL expression of an attribute as `Nullable(type)`, whichever column holds it; null where a row has none. */
  attribute(signal: Signal, key: string, type: AttributeType): string
  health(): StoreHealth
  /** Resolves when everything acknowledged so far is in the engine (or was set aside: see `health`). */
  drained(): Promise<void>
  /** Ends orderly: what is waiting is committed, and as much as takes 2 s is stored; the next start stores the rest. */
  close(): Promise<void>
}

/**
 * Takes the data folder, starts the engine and brings the tables up to date.
 * @throws DATA_FOLDER_LOCKED, DATA_FOLDER_READ_ONLY, PLATFORM_UNSUPPORTED, ENGINE_START, ENGINE_UNAVAILABLE
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { clickhouseUrl, log } = options
  const address = clickhouseUrl ? serverAddress(clickhouseUrl) : undefined
  const database = address?.database ?? 'aftergreen'
  const folder = await openDataFolder(options.dataFolder)
  let engine: Engine | undefined
  try {
    engine =
      address === undefined
        ? await startEmbeddedEngine({ folder: path.join(folder.path, 'engine'), database, log })
        : await connectExternalEngine(address)
    const layouts = await prepareTables(engine, database)
    const spool = await Spool.open({
      ...options.spool,
      folder: path.join(folder.path, 'spool'),
      encode: (batch) => encodeNative(batch, layouts[batch.signal]),
    })
    return makeStore({ engine, database, layouts, spool, folder, log })
  } catch (error) {
    await engine?.close()
    folder.release()
    throw error
  }
}

async function prepareTables(
  engine: Engine,
  database: string,
): Promise<Record<Signal, TableLayout>> {
  await migrate(await engine.client('admin'), database)
  const layout = async (signal: Signal): Promise<readonly [Signal, TableLayout]> => {
    const columns = await queryRows<{ name: string; comment: string }>(
      engine,
      `SELECT name, comment FROM system.columns WHERE database = {database: String} AND table = {table: String}`,
      { database, table: eventTables[signal].name },
      { as: 'admin' },
    )
    return [signal, readLayout(signal, columns)]
  }
  return Object.fromEntries(await Promise.all(signals.map(layout))) as Record<Signal, TableLayout>
}

interface StoreParts {
  engine: Engine
  database: string
  layouts: Record<Signal, TableLayout>
  spool: Spool
  folder: DataFolder
  log: (line: string) => void
}

function makeStore({ engine, database, layouts, spool, folder, log }: StoreParts): Store {
  const stored: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 }
  const stop = new AbortController()
  const writer: SegmentWriterOptions = {
    engine,
    spool,
    table: (signal) => `${quotedName(database)}.${quotedName(layouts[signal].table)}`,
    stored: (signal, rows) => (stored[signal] += rows),
    log,
    stop: stop.signal,
  }
  const writing = signals.map((signal) => writeSegments(signal, writer))
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.race([spool.drained(), sleep(2000, undefined, { ref: false })])
    stop.abort()
    await Promise.all(writing)
    await engine.close()
    folder.release()
  }
  return {
    database,
    async ingest(signal, requestHash, rows) {
      if (closing === undefined) return await spool.ingest(signal, requestHash, rows)
      throw new AftergreenError('ENGINE_UNAVAILABLE', 'The store is being closed.', {
        hint: 'Send again when Aftergreen runs again.',
      })
    },
    query: (sql, parameters = {}, options = {}) => queryRows(engine, sql, parameters, options),
    queryColumns: (sql, parameters = {}, options = {}) =>
      queryColumns(engine, sql, parameters, options),
    attribute: (signal, key, type) => attributeExpression(layouts[signal], key, type),
    health: () => ({
      engine: engine.health(),
      spool: spool.health(),
      received: { ...spool.received },
      stored: { ...stored },
    }),
    drained: () => spool.drained(),
    close: () => (closing ??= close()),
  }
}
