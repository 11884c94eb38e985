import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from '../../src/server/start-server.ts'
import type { Signal } from '../../src/signal.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { exporterTables } from '../own-tables/exporter-tables.ts'
import { shopSpans, start, traceId } from '../own-tables/shop-telemetry.ts'
import { theirTables, type TheirTables } from '../own-tables/their-tables.ts'

let their: TheirTables

beforeAll(async () => {
  their = await theirTables()
})

afterAll(() => their?.close())

async function until<T>(answer: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const found = await answer()
    if (found !== undefined) return found
    expect(Date.now(), 'it takes too long').toBeLessThan(deadline)
    await sleep(100)
  }
}

test('filters on service and time reach the primary key of the tables below', async () => {
  const plan = async (signal: Signal, condition: string): Promise<string> => {
    const rows = await their.store.query<{ explain: string }>(
      `EXPLAIN indexes = 1 SELECT count() FROM ${their.store.relation(signal)} WHERE ${condition}`,
      { service: 'checkout', from: new Date(start).toISOString() },
    )
    return rows.map(({ explain }) => explain.replace(/^[\s│├└─]*/, '')).join('\n')
  }
  const condition =
    "service = {service: String} AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC')"
  const traces = await plan('traces', condition)
  expect(traces).toMatch(/PrimaryKey\nKeys:\nServiceName\ntoDateTime\(Timestamp\)/)
  expect(traces).toMatch(/Min-Max\nKeys:\nTimestamp/)
  expect(await plan('logs', condition)).toMatch(/PrimaryKey\nKeys:\nServiceName/)
  const metrics = await plan('metrics', `${condition} AND name = 'orders'`)
  expect(metrics.match(/PrimaryKey\nKeys:\nServiceName\nMetricName/g)).toHaveLength(5)
  expect(metrics.match(/Min-Max\nKeys:\nTimeUnix/g)).toHaveLength(5)
})

test('nothing is ever written, not even by a user who might', async () => {
  const store = await openStore({
    dataFolder: path.join(their.folder, 'theirs-admin'),
    clickhouseUrl: their.engine.adminUrl,
    clickhouseSchema: 'otel',
    log: () => {},
  })
  try {
    const statements = [
      "INSERT INTO telemetry.otel_traces (SpanName) VALUES ('x')",
      'CREATE TABLE telemetry.mine (a Int8) ENGINE = Memory',
      'DROP TABLE telemetry.otel_traces',
      'SELECT 1 SETTINGS readonly = 0',
    ]
    for (const open of [store, their.store]) {
      for (const sql of statements) {
        for (const as of ['admin', 'reader'] as const) {
          await expect(open.query(sql, {}, { as })).rejects.toMatchObject({ code: 'ENGINE_QUERY' })
        }
      }
      const ingest = open.ingest('traces', 'x', () => {
        throw new Error('nothing is decoded')
      })
      await expect(ingest).rejects.toMatchObject({ code: 'READ_ONLY_STORE' })
      expect(open.health()).toMatchObject({
        engine: { kind: 'external', state: 'ready' },
        tables: { schema: 'otel', notes: expect.arrayContaining([]) as unknown },
      })
    }
  } finally {
    await store.close()
  }
  const answer = await their.engine.admin.query({
    query: `SELECT name FROM system.tables WHERE database = 'telemetry' AND name NOT LIKE 'otel_%'`,
    format: 'JSONEachRow',
  })
  expect(await answer.json()).toEqual([])
})

test('a user whose profile allows no limits is refused with words', async () => {
  const opening = openStore({
    dataFolder: path.join(their.folder, 'strict'),
    clickhouseUrl: their.engine.strictUrl,
    clickhouseSchema: 'otel',
    log: () => {},
  })
  await expect(opening).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    hint: expect.stringContaining('readonly = 2') as string,
  })
})

test('a server over such tables judges and answers, and refuses telemetry for good', async () => {
  const server = await startServer({
    dataFolder: path.join(their.folder, 'theirs-served'),
    clickhouseUrl: their.engine.readerUrl,
    clickhouseSchema: 'otel',
    address: '127.0.0.1',
    port: 0,
    otlpPort: 0,
    grpcPort: 0,
    judge: { everySeconds: 1, blockSeconds: 1, lagSeconds: 0 },
    log: { error: () => {}, info: () => {}, debug: () => {} },
  })
  try {
    const trace = await fetch(`${server.url}/api/traces/${traceId(3)}`)
    expect([trace.status, ((await trace.json()) as { spans: unknown[] }).spans.length]).toEqual([
      200, 2,
    ])
    // the judge compares what these tables hold, from the first request of the new version on
    const started = await fetch(`${server.url}/api/releases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'checkout', version: '2.0.0', environment: 'production' }),
    })
    expect(started.status).toBe(201)
    const { id } = (await started.json()) as { id: string }
    const verdict = await until(async () => {
      const answer = await fetch(`${server.url}/api/releases/${id}`)
      const text = await answer.text()
      return text.includes('"verdict":"rollback"') ? text : undefined
    })
    expect(JSON.parse(verdict)).toMatchObject({
      release: { baselineVersion: '1.0.0' },
      headline: expect.stringContaining('app.plan = "business"') as string,
    })
    const refused = await fetch(`${server.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: shopSpans(1) }),
    })
    // senders try again after 429, 502, 503 and 504 only
    expect(refused.status).toBe(403)
    expect(refused.headers.get('retry-after')).toBeNull()
    expect(await refused.text()).toContain('keeps no telemetry itself')
  } finally {
    await server.close()
  }
})

test('tables of other names, of no name and of another kind', async () => {
  await their.engine.admin.command({ query: 'CREATE DATABASE other' })
  const rename = (table: string): string => table.replace('otel_', 'my_')
  for (const query of exporterTables('other', rename)) await their.engine.admin.command({ query })
  for (const table of [
    'my_logs',
    'my_metrics_sum',
    'my_traces_trace_id_ts_mv',
    'my_traces_trace_id_ts',
  ]) {
    await their.engine.admin.command({ query: `DROP TABLE other.${table}` })
  }
  const url = their.engine.adminUrl.replace('/telemetry', '/other')
  const open = (tables: string | undefined, clickhouseUrl: string | undefined = url) =>
    openStore({
      dataFolder: path.join(their.folder, 'theirs-renamed'),
      clickhouseUrl,
      clickhouseSchema: 'otel',
      clickhouseTables: tables,
      log: () => {},
    })
  const store = await open('{"prefix": "my_"}')
  expect(store.relations).toMatchObject({ traceWindow: null })
  expect(store.relations.notes.join(' ')).toContain('There is no table of logs')
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    const sql = `SELECT count() AS rows FROM ${store.relation(signal)} WHERE service = 'x'`
    expect(await store.query(sql)).toEqual([{ rows: 0 }])
  }
  await store.close()

  const refusal = async (opening: Promise<Store>): Promise<string> => {
    const error: unknown = await opening.then(
      (opened) => opened.close(),
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'USAGE' })
    return error instanceof Error ? error.message : ''
  }
  expect(await refusal(open(undefined))).toContain('There is no table otel_traces')
  expect(await refusal(open('{"traces": "my_metrics_gauge"}'))).toContain('no column Timestamp')
  expect(await refusal(open('{"spans": "x"}'))).toContain('unknown table: spans')
  expect(await refusal(open('{'))).toContain('not valid JSON')
  expect(await refusal(open(undefined, ''))).toContain('need a ClickHouse server')
  await their.engine.admin.command({
    query:
      'CREATE TABLE other.otel_traces (Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String, TraceState String, SpanName String, SpanKind String, ServiceName String, ResourceAttributes JSON) ENGINE = Memory',
  })
  expect(await refusal(open(undefined))).toContain('ResourceAttributes of the table otel_traces')
})
