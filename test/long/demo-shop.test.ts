import { afterAll, beforeAll, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChildProcesses } from '../../demo/run/child-processes.ts'
import { startCustomers, startShop } from '../../demo/run/start-shop.ts'
import { warmUp } from '../../demo/run/warm-up.ts'
import type { CustomersReport } from '../../demo/customers/report.ts'
import { openOtlpSink, type OtlpSink } from '../../demo/testing/otlp-sink.ts'
import { type SinkSpan, spansOf } from '../../demo/testing/otlp-spans.ts'
import { swallowed } from '../../demo/testing/summarize.ts'

/** The real shop and its customers for a few seconds, against a receiver that keeps what it is sent. */
const processes = new ChildProcesses()
let sink: OtlpSink
let spans: SinkSpan[]
let beforeRelease: number
let report: CustomersReport
let acknowledged: string[]
let stopMs: number
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-test-'))
  sink = await openOtlpSink()
  process.env['SHOP_ACKNOWLEDGED_LOG'] = join(folder, 'acknowledged')
  const shop = await startShop(processes, {
    seed: 3,
    otlpEndpoint: sink.endpoint,
    scenario: 'faulty',
  })
  delete process.env['SHOP_ACKNOWLEDGED_LOG']
  await warmUp(shop.checkoutPorts, 30)
  const customers = await startCustomers(processes, {
    seed: 3,
    storefrontPort: shop.storefrontPort,
    visitsPerSecond: 40,
  })
  await sleep(1500)
  beforeRelease = Date.now()
  await shop.route(0.5)
  await Promise.race([sleep(8000), processes.crashed])
  await customers.stop()
  report = JSON.parse(customers.lastLine()) as CustomersReport
  const stopping = performance.now()
  await processes.stopAll()
  stopMs = performance.now() - stopping
  spans = (sink.bodies.get('/v1/traces') ?? []).flatMap((body) => spansOf(body))
  acknowledged = (await readFile(join(folder, 'acknowledged'), 'utf8')).trim().split('\n')
}, 60_000)

afterAll(async () => {
  await processes.stopAll()
  sink.close()
  await rm(folder, { recursive: true, force: true })
})

const servers = (service: string): SinkSpan[] =>
  spans.filter((span) => span.service === service && span.kind === 2)
const orders = (version: string): SinkSpan[] =>
  servers('checkout').filter((span) => span.version === version && span.name === 'POST /orders')
const traceOf = (span: SinkSpan): SinkSpan[] =>
  spans.filter((other) => other.traceId === span.traceId)

test('every request of a customer is one trace with a single root, and no span lacks its parent', () => {
  const ids = new Set(spans.map((span) => span.spanId))
  const roots = spans.filter((span) => span.parentId === '')
  expect(roots.length).toBeGreaterThan(500)
  expect(roots.length).toBe(report.requests)
  expect(new Set(roots.map((span) => span.traceId)).size).toBe(roots.length)
  expect(roots.every((span) => span.service === 'storefront')).toBe(true)
  expect(spans.filter((span) => span.parentId !== '' && !ids.has(span.parentId))).toEqual([])
})

test('an order passes through every service, with server, client and database spans', () => {
  const order = orders('1.9.0').find((span) => span.status !== 2)
  expect(order).toBeDefined()
  const trace = traceOf(order as SinkSpan)
  expect(new Set(trace.map((span) => span.service))).toEqual(
    new Set(['storefront', 'checkout', 'payment', 'inventory']),
  )
  const called = trace.filter((span) => span.parentId === order?.spanId && span.kind === 3)
  expect(called.map((span) => span.attributes['url.template'])).toContain('/charges')
  expect(
    trace.some(
      (span) =>
        span.attributes['db.system.name'] === 'sqlite' &&
        String(span.attributes['db.query.text']).startsWith('INSERT INTO shipments'),
    ),
  ).toBe(true)
})

test('server spans are named after their route and carry what a shop knows of its customers', () => {
  expect(new Set(servers('checkout').map((span) => span.name))).toEqual(
    new Set(['GET /cart', 'POST /cart/items', 'GET /shipping-options', 'POST /orders']),
  )
  for (const span of servers('checkout')) {
    expect(span.environment).toBe('production')
    expect(span.name).toBe(
      `${String(span.attributes['http.request.method'])} ${String(span.attributes['http.route'])}`,
    )
    for (const key of [
      'session.id',
      'user.id',
      'app.locale',
      'app.country',
      'app.plan',
      'app.device',
      'feature_flag.new_search',
      'feature_flag.recommendations',
    ]) {
      expect(span.attributes[key]).toEqual(expect.stringMatching(/./))
    }
    expect(span.attributes['app.account.age_days']).toEqual(expect.any(Number))
    expect(span.attributes['app.cart.size']).toEqual(expect.any(Number))
    expect(Object.keys(span.attributes).join()).not.toMatch(/receipt/)
  }
  for (const order of orders('2.0.0')) {
    expect(order.attributes['app.card.type']).toMatch(/^(visa|mastercard|amex)$/)
    expect(order.attributes['app.payment.provider']).toMatch(/^(northpay|bluecard)$/)
  }
})

test('the new version gets its share of the sessions, each session stays, and nothing before the release', () => {
  const after = servers('checkout').filter((span) => span.start > beforeRelease)
  const session = (span: SinkSpan): string => String(span.attributes['session.id'])
  const candidate = new Set(after.filter((span) => span.version === '2.0.0').map(session))
  const all = new Set(after.map(session))
  expect(candidate.size / all.size).toBeGreaterThan(0.4)
  expect(candidate.size / all.size).toBeLessThan(0.6)
  const back = after.filter((span) => {
    if (span.version !== '1.9.0' || !candidate.has(session(span))) return false
    // a request that was under way when the release began
    return span.start > beforeRelease + 500
  })
  expect(back).toEqual([])
  const early = servers('checkout').filter((span) => span.start < beforeRelease - 50)
  expect(early.length).toBeGreaterThan(50)
  expect(new Set(early.map((span) => span.version))).toEqual(new Set(['1.9.0']))
})

test('warm-up requests leave no spans', () => {
  expect(spans.filter((span) => span.attributes['user.id'] === 'warm-up')).toEqual([])
})

test('2.0.0 swallows the outage of one provider for one card type, and nothing else', () => {
  const pair = (span: SinkSpan): boolean =>
    span.attributes['app.card.type'] === 'amex' &&
    span.attributes['app.payment.provider'] === 'bluecard'
  for (const version of ['1.9.0', '2.0.0']) {
    expect(orders(version).filter(pair).length).toBeGreaterThan(2)
    for (const order of orders(version)) {
      const expected = version === '2.0.0' && pair(order)
      expect(swallowed(order, traceOf(order))).toBe(expected)
    }
  }
  expect(report.ordersWithoutReceipt).toBe(orders('2.0.0').filter(pair).length)
})

test('2.0.0 is slow for one cohort on one operation', () => {
  const slow = (version: string, inside: boolean): number => {
    const of = servers('checkout').filter((span) => {
      const age = Number(span.attributes['app.account.age_days'])
      const inCohort = span.attributes['app.locale'] === 'pt-BR' && age >= 30 && age < 60
      return (
        span.version === version && span.name === 'GET /shipping-options' && inCohort === inside
      )
    })
    expect(of.length).toBeGreaterThan(3)
    // the fastest of them: what the machine is busy with cannot make a request faster
    return Math.min(...of.map((span) => span.ms))
  }
  expect(slow('2.0.0', true)).toBeGreaterThan(36)
  for (const [version, inside] of [
    ['1.9.0', true],
    ['1.9.0', false],
    ['2.0.0', false],
  ] as const) {
    expect(slow(version, inside)).toBeLessThan(24)
  }
})

test('logs and metrics arrive, and every span that was acknowledged was sent', () => {
  expect(sink.bodies.get('/v1/logs')?.length).toBeGreaterThan(0)
  expect(sink.bodies.get('/v1/metrics')?.length).toBeGreaterThan(0)
  expect(acknowledged.toSorted()).toEqual(
    spans.map((span) => `${span.traceId} ${span.spanId}`).toSorted(),
  )
})

test('everything stops when it is asked to', () => {
  expect(stopMs).toBeLessThan(6000)
})
