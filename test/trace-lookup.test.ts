import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from '../src/server/start-server.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { oneServer } from '../src/store/tables/placement.ts'
import { findTrace } from '../src/store/traces/find-trace.ts'
import { dropOldTraceTimes } from '../src/store/traces/keep-trace-times.ts'
import { traceTimesStatements } from '../src/store/traces/trace-times.ts'
import { shopLogs, shopMetrics, shopSpans, start, traceId } from './own-tables/shop-telemetry.ts'

let folder: string
let store: Store
const days = 5
const traces = 300

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-traces-'))
  store = await openStore({ dataFolder: path.join(folder, 'data'), log: () => {} })
  for (let day = 0; day < days; day++) {
    await admin(`INSERT INTO ${store.database}.spans (time, duration, trace_id, span_id, parent_span_id, service, name, attributes_string)
      SELECT toStartOfDay(now64(9)) - toIntervalDay(${day}) + toIntervalMillisecond(number * 10), 1000000,
        ${idOf(`${day} * 1000 + intDiv(number, 4)`)}, leftPad(hex(number + 1), 16, '0'), if(number % 4 = 0, '', leftPad(hex(intDiv(number, 4) * 4 + 1), 16, '0')),
        concat('service-', toString(number % 4)), 'operation', map('app.day', '${day}')
      FROM numbers(${traces * 4})`)
  }
})

afterAll(async () => {
  await store?.close()
  await rm(folder, { recursive: true, force: true })
})

const admin = (sql: string): Promise<unknown[]> => store.query(sql, {}, { as: 'admin' })
const idOf = (number: string): string => `leftPad(toString(${number}), 32, 'a')`
const idAt = (day: number, trace: number): string => String(day * 1000 + trace).padStart(32, 'a')

async function windowOf(trace: string): Promise<number> {
  const [row] = await store.query<{ seconds: number }>(
    `SELECT dateDiff('second', first, last) AS seconds FROM (${store.relations.traceWindow})`,
    { trace },
  )
  return row?.seconds ?? -1
}

test('a trace of any age is found with few parts read', async () => {
  for (const [day, trace] of [
    [0, 1],
    [2, 77],
    [4, 299],
  ] as const) {
    const found = await findTrace(store, idAt(day, trace).toUpperCase())
    expect(found).toMatchObject({ traceId: idAt(day, trace), complete: true, logs: [] })
    expect(found.spans.map(({ service }) => service)).toEqual(
      [0, 1, 2, 3].map((n) => `service-${n}`),
    )
    expect(found.spans[3]).toMatchObject({
      parentSpanId: found.spans[0]?.spanId,
      offset: 30,
      attributes: { 'app.day': String(day) },
    })
    expect(found.duration).toBe(31)
    expect(await windowOf(idAt(day, trace))).toBeLessThanOrEqual(2)
  }
})

test('what is known of the times of traces is an aid, never the truth', async () => {
  const id = idAt(3, 3)
  await admin(`TRUNCATE TABLE ${store.database}.trace_times`)
  expect(await windowOf(id)).toBeLessThanOrEqual(1)
  expect((await findTrace(store, id)).spans).toHaveLength(4)
  await admin(`INSERT INTO ${store.database}.trace_times
    SELECT toUInt32(cityHash64('${id}')), now() - 3600 * 24 * 40, now() - 3600 * 24 * 40`)
  expect((await findTrace(store, id)).spans).toHaveLength(4)
  await admin(`TRUNCATE TABLE ${store.database}.trace_times`)
  // an upgrade of tables that have spans already fills it
  for (const statement of traceTimesStatements(store.database)) await admin(statement)
  const [kept] = await store.query<{ traces: number }>(
    `SELECT uniqExact(trace) AS traces FROM ${store.database}.trace_times`,
  )
  expect(kept?.traces).toBe(days * traces)
  for (const statement of traceTimesStatements(store.database)) await admin(statement)
  await admin(`OPTIMIZE TABLE ${store.database}.trace_times FINAL`)
  const [merged] = await store.query<{ rows: number }>(
    `SELECT count() AS rows FROM ${store.database}.trace_times`,
  )
  expect(merged?.rows).toBeLessThanOrEqual(days * traces + traces)
})

test('times of traces go when their spans are gone', async () => {
  const month = (row: { month: string }): string => row.month
  const months = async (): Promise<string[]> =>
    (
      await store.query<{ month: string }>(
        `SELECT DISTINCT _partition_id AS month FROM ${store.database}.trace_times ORDER BY month`,
      )
    ).map(month)
  const before = await months()
  await admin(
    `INSERT INTO ${store.database}.trace_times SELECT 1, toDateTime('2020-01-01 00:00:00'), toDateTime('2020-01-01 00:00:01')`,
  )
  expect(await months()).toEqual(['202001', ...before])
  const dropped = await dropOldTraceTimes({
    query: (sql) => store.query(sql, {}, { as: 'admin' }),
    database: store.database,
    placement: oneServer,
    everywhere: async (statement) => void (await admin(statement)),
    log: () => {},
  })
  expect(dropped).toEqual(['202001'])
  expect(await months()).toEqual(before)
})

test('a trace id that cannot be, or is not known', async () => {
  for (const id of ['', 'abc', 'g'.repeat(32), '0'.repeat(32), `${'a'.repeat(32)}'`]) {
    await expect(findTrace(store, id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  }
  await expect(findTrace(store, 'b'.repeat(32))).rejects.toMatchObject({
    code: 'TRACE_NOT_FOUND',
    hint: expect.stringContaining('sampling') as string,
  })
})

test('a trace that is too large is told in part', async () => {
  const id = 'c'.repeat(32)
  await admin(`INSERT INTO ${store.database}.spans (time, trace_id, span_id, service, name)
    SELECT now64(9) + toIntervalMicrosecond(number), '${id}', leftPad(hex(number + 1), 16, '0'), 'loop', 'turn' FROM numbers(10001)`)
  const found = await findTrace(store, id)
  expect(found.spans).toHaveLength(10_000)
  expect(found.complete).toBe(false)
})

test('log records that name a trace without spans are told', async () => {
  const id = 'd'.repeat(32)
  await admin(`INSERT INTO ${store.database}.logs (time, observed_time, trace_id, service, body, attributes_json)
    SELECT now64(9), now64(9), '${id}', 'mail', 'sent', map('list', '[1,{"a":null}]')`)
  expect(await findTrace(store, id)).toMatchObject({
    spans: [],
    duration: 0,
    logs: [{ body: 'sent', offset: 0, spanId: null, attributes: { list: [1, { a: null }] } }],
  })
})

test('the API answers as its pages expect, to those whom it admits', async () => {
  const token = 'a token of some length'.replaceAll(' ', '-')
  const server = await startServer({
    dataFolder: path.join(folder, 'served'),
    address: '127.0.0.1',
    port: 0,
    otlpPort: 0,
    grpcPort: 0,
    token,
    judge: { everySeconds: 60, blockSeconds: 60, lagSeconds: 0 },
    log: { error: () => {}, info: () => {}, debug: () => {} },
  })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = async (url: string, more: object = { headers }): Promise<[number, unknown]> => {
    const answer = await fetch(server.url + url, more)
    return [answer.status, await answer.json()]
  }
  try {
    const requests = {
      traces: { resourceSpans: shopSpans(20) },
      logs: { resourceLogs: shopLogs() },
      metrics: { resourceMetrics: shopMetrics() },
    }
    for (const [signal, request] of Object.entries(requests)) {
      const sent = await fetch(`${server.otlpUrl}/v1/${signal}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(request),
      })
      expect(sent.status).toBe(200)
    }
    const address = `/api/traces/${traceId(0).toUpperCase()}`
    const whole = {
      traceId: traceId(0),
      spans: [{ name: 'POST /orders' }, { name: 'POST' }],
      logs: [{ body: 'payment 0 failed' }],
      exemplars: [{ value: 20.5 }, { value: 20.5 }],
    }
    const isWhole = ([status, body]: [number, unknown]): boolean => {
      const { logs = [], exemplars = [] } = body as { logs?: unknown[]; exemplars?: unknown[] }
      return status === 200 && logs.length === 1 && exemplars.length === 2
    }
    const deadline = Date.now() + 20_000
    let answer = await ask(address)
    while (!isWhole(answer) && Date.now() < deadline) {
      await sleep(100)
      answer = await ask(address)
    }
    expect(answer).toMatchObject([200, whole])
    const since = new Date(start - 1000).toISOString()
    const exemplars = '/api/metrics/http.server.request.duration/exemplars'
    expect(await ask(`${exemplars}?service=checkout&since=${since}`)).toMatchObject([
      200,
      { exemplars: [{ traceId: traceId(1) }, { traceId: traceId(0) }] },
    ])
    expect(await ask(`${exemplars}?service=nobody`)).toEqual([200, { exemplars: [] }])
    expect(await ask(`${exemplars}?until=${since}`)).toEqual([200, { exemplars: [] }])
    expect(await ask(`${exemplars}?since=yesterday`)).toMatchObject([
      400,
      { error: { code: 'INVALID_REQUEST' } },
    ])
    expect(await ask(`/api/traces/${'e'.repeat(32)}`)).toMatchObject([
      404,
      { error: { code: 'TRACE_NOT_FOUND' } },
    ])
    expect(await ask('/api/traces/x%27%20OR%201')).toMatchObject([400, {}])
    for (const url of [address, exemplars]) {
      expect(await ask(url, {})).toMatchObject([401, { error: { code: 'UNAUTHORIZED' } }])
    }
    const page = await fetch(`${server.url}/traces/${traceId(0)}`, { headers })
    expect(page.headers.get('content-type')).toMatch(/^text\//)
  } finally {
    await server.close()
  }
})
