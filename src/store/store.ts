import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AftergreenError } from '../errors.ts'
import type { AttributeType } from '../otlp/attribute-type.ts'
import type { ColumnBatch } from '../otlp/column-batch.ts'
import type { DecodeOutcome } from '../otlp/decode-export.ts'
import { type Signal, signals } from '../signal.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import type { EngineHealth } from './engine/engine.ts'
import { serverAddress } from './engine/external-engine.ts'
import type { Coverage } from './cluster/coverage.ts'
import type { ClusterHealth, Deployment } from './cluster/open-deployment.ts'
import { openEngine } from './cluster/open-engine.ts'
import { Guard, type GuardOptions } from './guard/guard.ts'
import type { GuardHealth } from './guard/guard-counts.ts'
import { quotedTable } from './sql-text.ts'
import { Upkeep, type UpkeepHealth, type UpkeepOptions } from './diagnosis/upkeep.ts'
import type { NativeColumns } from './native/decode-native.ts'
import { encodeNative } from './native/encode-native.ts'
import { type NativeQueryOptions, queryNative } from './query-native.ts'
import { queryColumns, type QueryColumns, type QueryOptions, queryRows } from './query-rows.ts'
import { type SegmentWriterOptions, writeSegments } from './spool/segment-writer.ts'
import { spoolSettings } from './spool/spool-settings.ts'
import { type IngestOutcome, Spool, type SpoolHealth, type SpoolOptions } from './spool/spool.ts'
import { ColumnPromotion } from './promotion/column-promotion.ts'
import type { ColumnPromotionOptions, ColumnsHealth } from './promotion/column-promotion.ts'
import { spanSamples, type SpanSamples } from './samples/span-samples.ts'
import { keepTraceTimes } from './traces/keep-trace-times.ts'
import { traceWindow } from './traces/trace-times.ts'
import { openOtelStore } from './relations/open-otel-store.ts'
import { ownRelations } from './relations/own-relations.ts'
import type { Relations, TableSchema } from './relations/relations.ts'
import { eventTables } from './tables/event-tables.ts'

export interface StoreHealth extends Partial<UpkeepHealth> {
  engine: EngineHealth
  spool: SpoolHealth
  /** What was redacted and limited; absent where nothing is received. */
  guard?: GuardHealth
  /** Attribute keys with columns of their own. */
  columns: Readonly<Record<Signal, ColumnsHealth>>
  /** Whose tables are asked, and what they cannot tell. */
  tables: { schema: TableSchema; notes: readonly string[] }
  /** Which shards answer; absent on one server. */
  cluster?: ClusterHealth | undefined
  /** Rows since the start: acknowledged, and handed to the engine. */
  received: Readonly<Record<Signal, number>>
  stored: Readonly<Record<Signal, number>>
}

export interface StoreOptions {
  /** Created where there is none; one process at a time can hold it. */
  dataFolder: string
  /** A ClickHouse server to use instead of the embedded engine: `http(s)://user:password@host:port/database`. */
  clickhouseUrl?: string | undefined
  /** Name in `system.clusters`: the tables are spread over its shards, and the address may name several servers. */
  clickhouseCluster?: string | undefined
  /** The user who asks questions, as an address; left out, the user of `clickhouseUrl` with `readonly`. */
  clickhouseReaderUrl?: string | undefined
  /** `otel`: that server's tables are those of the Collector's ClickHouse exporter, and are only read; default `own`. */
  clickhouseSchema?: TableSchema | undefined
  /** Their names, as JSON (see `otelTableNames`). */
  clickhouseTables?: string | undefined
  log: (line: string) => void
  /** Sizes and times of the spool. */
  spool?: Omit<SpoolOptions, 'folder' | 'encode'>
  /** What is redacted, and what a sender may bring; by default `defaultSettings` and `defaultLimits`. */
  guard?: GuardOptions | undefined
  /** How long telemetry is kept, and how much of it. */
  retention?: UpkeepOptions['retention']
  /** When attribute keys get columns of their own. */
  columns?: Pick<ColumnPromotionOptions, 'policy' | 'every' | 'refreshEvery' | 'activeAfter'>
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
  /** The same as typed columns, read as they arrive: for answers with hundreds of thousands of rows. */
  queryNative(
    sql: string,
    parameters?: Record<string, unknown>,
    options?: NativeQueryOptions,
  ): Promise<NativeColumns>
  /** What stands after FROM: the table of a signal, or a subquery with the same columns over other people's tables. */
  relation(signal: Signal): string
  /** SQL expression of an attribute as `Nullable(type)`, whichever column holds it; null where a row has none. */
  attribute(signal: Signal, key: string, type: AttributeType): string
  /** How much of the data takes part in answers. */
  coverage(): Coverage
  readonly relations: Relations
  /** Copies of spans in the engine's memory; absent where the engine is not this product's own. */
  readonly samples?: SpanSamples | undefined
  /** Retention, imports and self-inspection; absent on tables that are only read. */
  readonly upkeep?: Upkeep
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
  let deployment: Deployment | undefined
  let columns: ColumnPromotion | undefined
  try {
    if (options.clickhouseSchema === 'otel')
      return await openOtelStore(address, options.clickhouseTables, folder)
    const engineFolder = path.join(folder.path, 'engine')
    deployment = await openEngine({ ...options, address, folder: engineFolder, database })
    columns = await ColumnPromotion.start({
      ...options.columns,
      ...deployment,
      database,
      alone: address === undefined,
      log,
    })
    const promotion = columns
    const spool = await Spool.open({
      ...spoolSettings(process.env),
      log,
      ...options.spool,
      folder: path.join(folder.path, 'spool'),
      encode: (batch) => encodeNative(batch, promotion.writer(batch)),
    })
    const { retention } = options
    const guard = new Guard(options.guard)
    return makeStore({ deployment, database, columns, spool, folder, log, retention, guard })
  } catch (error) {
    await columns?.close()
    await deployment?.close()
    folder.release()
    throw error
  }
}

interface StoreParts {
  deployment: Deployment
  database: string
  columns: ColumnPromotion
  spool: Spool
  folder: DataFolder
  log: (line: string) => void
  retention: UpkeepOptions['retention']
  guard: Guard
}

function makeStore(parts: StoreParts): Store {
  const { deployment, database, columns, spool, folder, log, guard } = parts
  const { engine } = deployment
  const upkeep = new Upkeep({
    ...parts,
    ...deployment,
    folder: folder.path,
    ingest: async (...request) => await store.ingest(...request),
    spooled: (requestHash) => spool.recent.outcome(requestHash) !== undefined,
  })
  const stored: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 }
  const stop = new AbortController()
  const writer: SegmentWriterOptions = {
    engine,
    spool,
    table: (signal) => quotedTable(database, eventTables[signal].name),
    stored: (signal, rows) => (stored[signal] += rows),
    log,
    stop: stop.signal,
  }
  const writing = signals.map((signal) => writeSegments(signal, writer))
  const relations = ownRelations(
    database,
    (signal) => columns.reader(signal),
    traceWindow(database),
  )
  const traceTimes = keepTraceTimes({
    ...deployment,
    query: (sql) => queryRows(engine, sql, {}, { as: 'admin' }),
    database,
    log,
  })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.race([spool.drained(), sleep(2000, undefined, { ref: false })])
    await upkeep.close()
    stop.abort()
    await Promise.all(writing)
    await traceTimes.close()
    await columns.close()
    await deployment.close()
    folder.release()
  }
  const store: Store = {
    database,
    async ingest(signal, requestHash, rows) {
      if (closing === undefined) {
        const guarded = guard.guarded(rows)
        return await upkeep.watch(signal, () => spool.ingest(signal, requestHash, guarded))
      }
      throw new AftergreenError('ENGINE_UNAVAILABLE', 'The store is being closed.', {
        hint: 'Send again when Aftergreen runs again.',
      })
    },
    query: (sql, parameters = {}, options = {}) => queryRows(engine, sql, parameters, options),
    queryColumns: (sql, parameters = {}, options = {}) =>
      queryColumns(engine, sql, parameters, options),
    queryNative: (sql, parameters = {}, options = {}) =>
      queryNative(engine, sql, parameters, options),
    coverage: () => deployment.coverage(),
    relations,
    relation: (signal) => relations.from(signal),
    samples: spanSamples({
      engine,
      database,
      relation: () => relations.from('traces'),
      attribute: (key, type) => relations.attribute('traces', key, type),
    }),
    upkeep,
    attribute: (signal, key, type) => relations.attribute(signal, key, type),
    health: () => ({
      engine: engine.health(),
      spool: spool.health(),
      guard: guard.health(),
      columns: columns.health(),
      tables: { schema: relations.schema, notes: relations.notes },
      received: { ...spool.received },
      stored: { ...stored },
      cluster: deployment.health(),
      ...upkeep.health(),
    }),
    drained: () => spool.drained(),
    close: () => (closing ??= close()),
  }
  return store
}
