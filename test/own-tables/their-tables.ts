/** The shop's telemetry in the exporter's tables on a server of somebody else, and a store that reads it there. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStore, type Store } from '../../src/store/store.ts'
import { logRows, metricRows, traceRows } from './exporter-rows.ts'
import { exporterTables } from './exporter-tables.ts'
import { foreignEngine, type ForeignEngine } from './foreign-engine.ts'
import type { Logs, Metrics, Spans } from './otlp-request.ts'
import { shopLogs, shopMetrics, shopSpans } from './shop-telemetry.ts'

export interface TheirTables {
  engine: ForeignEngine
  /** Opened by the user who can only select. */
  store: Store
  /** For other stores; removed by `close`. */
  folder: string
  spans: Spans[]
  logs: Logs[]
  metrics: Metrics[]
  close(): Promise<void>
}

export async function theirTables(traces = 3000): Promise<TheirTables> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-own-tables-'))
  const engine = await foreignEngine(path.join(folder, 'theirs'))
  for (const query of exporterTables('telemetry')) await engine.admin.command({ query })
  const [spans, logs, metrics] = [shopSpans(traces), shopLogs(), shopMetrics()]
  const rows = {
    otel_traces: traceRows(spans),
    otel_logs: logRows(logs),
    ...metricRows(metrics),
  }
  for (const [table, values] of Object.entries(rows)) {
    await engine.admin.insert({ table: `telemetry.${table}`, values, format: 'JSONEachRow' })
  }
  const store = await openStore({
    dataFolder: path.join(folder, 'read'),
    clickhouseUrl: engine.readerUrl,
    clickhouseSchema: 'otel',
    log: () => {},
  })
  return {
    engine,
    store,
    folder,
    spans,
    logs,
    metrics,
    async close() {
      await store.close()
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
