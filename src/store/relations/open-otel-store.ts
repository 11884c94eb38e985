import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import { signals, type Signal } from '../../signal.ts'
import { wholeCoverage } from '../cluster/coverage.ts'
import type { DataFolder } from '../data-folder.ts'
import { connectReadOnlyEngine } from '../engine/read-only-engine.ts'
import type { ServerAddress } from '../engine/external-engine.ts'
import { encodeNative } from '../native/encode-native.ts'
import type { ColumnsHealth } from '../promotion/column-promotion.ts'
import { queryNative } from '../query-native.ts'
import { queryColumns, queryRows } from '../query-rows.ts'
import { Spool } from '../spool/spool.ts'
import type { Store } from '../store.ts'
import { initialLayout } from '../tables/table-layout.ts'
import { otelRelations } from './otel-relations.ts'
import { otelTableNames, readOtelTables } from './otel-tables.ts'

/**
 * A store over the tables of the OpenTelemetry Collector's ClickHouse exporter. It asks and never writes: its user needs
 * SELECT on these tables and nothing else. Telemetry that is sent to it is refused.
 * @throws USAGE where the tables are not there or are others; ENGINE_UNAVAILABLE
 */
export async function openOtelStore(
  address: ServerAddress | undefined,
  tableNames: string | undefined,
  folder: DataFolder,
): Promise<Store> {
  if (address === undefined) {
    throw new AftergreenError('USAGE', 'Tables to be read need a ClickHouse server.', {
      hint: 'Set AFTERGREEN_CLICKHOUSE_URL to http(s)://user:password@host:port/database.',
    })
  }
  const names = otelTableNames(tableNames)
  const database = address.database ?? 'default'
  const engine = await connectReadOnlyEngine(address)
  try {
    const relations = otelRelations(await readOtelTables(engine, database, names))
    // nothing is added to it; what an earlier start on other tables has left there is counted
    const spool = await Spool.open({
      folder: path.join(folder.path, 'spool'),
      encode: (batch) => encodeNative(batch, initialLayout(batch.signal)),
    })
    const none = Object.fromEntries(signals.map((signal) => [signal, 0])) as Record<Signal, number>
    return {
      database,
      relations,
      relation: (signal) => relations.from(signal),
      coverage: () => wholeCoverage,
      attribute: (signal, key, type) => relations.attribute(signal, key, type),
      ingest: async () => {
        throw new AftergreenError(
          'READ_ONLY_STORE',
          'This Aftergreen reads the tables of somebody else and keeps no telemetry itself.',
          { hint: 'Send telemetry to the collector that fills these tables.' },
        )
      },
      query: (sql, parameters = {}, options = {}) => queryRows(engine, sql, parameters, options),
      queryColumns: (sql, parameters = {}, options = {}) =>
        queryColumns(engine, sql, parameters, options),
      queryNative: (sql, parameters = {}, options = {}) =>
        queryNative(engine, sql, parameters, options),
      health: () => ({
        engine: engine.health(),
        spool: spool.health(),
        columns: Object.fromEntries(signals.map((signal) => [signal, noColumns])) as Record<
          Signal,
          ColumnsHealth
        >,
        received: { ...none },
        stored: { ...none },
        tables: { schema: 'otel', notes: relations.notes },
      }),
      drained: async () => {},
      async close() {
        await engine.close()
        folder.release()
      },
    }
  } catch (error) {
    await engine.close()
    throw error
  }
}

const noColumns: ColumnsHealth = {
  promoted: 0,
  budget: 0,
  otherKeys: 0,
  lastPromotion: '',
  problem: '',
}
