import { afterEach, expect, test, vi } from 'vitest'
import { createRandom } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { storeOfFile } from '../judge/emptied-store.ts'
import { fourProcesses, metricFleet, releasedAt, type Work } from '../judge/metric-fleet.ts'
import { type MetricProcess, type Requests, serve } from '../judge/metric-processes.ts'
import { sendTraffic } from '../judge/traffic.ts'

let store: Store
storeOfFile((opened) => {
  store = opened
})

afterEach(() => {
  vi.useRealTimers()
})

const orders: Requests = { route: '/orders', perStep: 60, failing: 0.01, median: 0.04 }
const cart: Requests = { route: '/cart', perStep: 60, failing: 0.01, median: 0.012 }

test.each([
  ['cumulative', false],
  ['delta', true],
] as const)('a healthy release proceeds by %s metrics alone', async (temporality, exponential) => {
  const random = createRandom(4)
  const busy = [orders, cart].map((requests) => ({ ...requests, perStep: 120 }))
  const work: Work = (process) => serve(process, random, busy)
  const processes = fourProcesses.map((spec) => ({ ...spec, temporality, exponential }))
  const fleet = await metricFleet(store, `healthy-${temporality}`, processes, work)
  await fleet.run(2, work)
  const early = await fleet.look()
  expect(early.verdict.verdict).toBe('hold')
  await fleet.run(30, work)
  const { verdict } = await fleet.look(early.state)
  expect(verdict.headline).toContain(
    'may go on: no harm found in 15,360 candidate and 15,360 baseline requests',
  )
  expect(verdict).toMatchObject({ verdict: 'proceed', findings: [] })
  const claims = verdict.evidencePlan.filter(({ onlyForDone }) => onlyForDone !== true)
  expect(claims.map(({ requirement }) => requirement.split(':')[0])).toEqual([
    `healthy-${temporality}`,
    'GET /cart',
    'GET /cart',
    'GET /orders',
    'GET /orders',
  ])
})

test('requests of one route take longer: rollback', async () => {
  const random = createRandom(5)
  const work: Work = (process) =>
    serve(process, random, [{ ...orders, median: process.version === '2.0.0' ? 0.12 : 0.04 }, cart])
  const fleet = await metricFleet(store, 'slow', fourProcesses, work)
  await fleet.run(12, work)
  const { verdict } = await fleet.look()
  expect(verdict.verdict).toBe('rollback')
  expect(verdict.findings[0]).toMatchObject({
    kind: 'latency',
    cohort: [{ attribute: 'operation', op: '=', value: 'GET /orders' }],
  })
  expect(verdict.findings[0]!.title).toMatch(/take longer than \d+ ms, against/)
})

test('one tenant fails, the rest is well: the attribute is named', async () => {
  const random = createRandom(6)
  const work: Work = (process) => {
    const tenants = ['acme', 'bolt', 'core'].map((tenant) => ({
      ...orders,
      attributes: { tenant },
      failing: tenant === 'core' && process.version === '2.0.0' ? 0.3 : 0.01,
    }))
    serve(process, random, tenants)
  }
  const fleet = await metricFleet(store, 'tenants', fourProcesses, work)
  await fleet.run(12, work)
  const { verdict } = await fleet.look()
  expect(verdict.verdict).toBe('rollback')
  expect(verdict.findings.map(({ cohort }) => cohort)).toContainEqual([
    { attribute: 'tenant', op: '=', value: 'core' },
  ])
})

test('metrics stop: hold, with the side that went silent', async () => {
  const random = createRandom(4)
  const work: Work = (process) => serve(process, random, [orders, cart])
  const fleet = await metricFleet(store, 'silent', fourProcesses, work)
  await fleet.run(40, work)
  fleet.end('new-1')
  fleet.end('new-2')
  await fleet.run(14, work)
  const { verdict } = await fleet.look()
  expect(verdict.verdict).toBe('hold')
  expect(verdict.headline).toBe(
    'Hold silent 2.0.0: the candidate 2.0.0 has sent no metrics of requests for 2 min.',
  )
})

test('what traces show is not told twice', async () => {
  const random = createRandom(8)
  const work: Work = (process) =>
    serve(process, random, [{ ...orders, failing: process.version === '2.0.0' ? 0.2 : 0.01 }])
  const fleet = await metricFleet(store, 'both', fourProcesses, work)
  await fleet.run(12, work)
  vi.useRealTimers()
  for (const [version, failing] of [
    ['1.0.0', 0.01],
    ['2.0.0', 0.2],
  ] as const) {
    await sendTraffic(store, {
      service: 'both',
      version,
      from: releasedAt,
      seconds: 119,
      requests: 2000,
      failing,
    })
  }
  const { verdict, state } = await fleet.look()
  const explained = new Set(verdict.findings.flatMap(({ explains }) => explains))
  const own = (state.parts?.metrics?.alarm ?? []).map(({ id }) => id)
  expect(verdict.verdict).toBe('rollback')
  expect(own.length).toBeGreaterThan(0)
  expect(own.filter((id) => !explained.has(id))).toEqual([])
  expect(verdict.headline).not.toContain('counted by metrics')
})

const memory = (process: MetricProcess, bytes: number): void => {
  process.meter.createGauge('process.memory.usage', { unit: 'By' }).record(bytes)
  process.meter.createGauge('process.open_file_descriptor.count').record(40)
}

test('memory that goes on growing is found; a process that warms up is not', async () => {
  const random = createRandom(9)
  const noise = (): number => random.normal(0, 1e6)
  const growing =
    (leak: number): Work =>
    (process, age) => {
      const warm = 100e6 + 40e6 * (1 - Math.exp(-age / 60_000))
      const leaked = process.version === '2.0.0' ? (leak * age) / 3_600_000 : 0
      memory(process, warm + leaked + noise())
      serve(process, random, [{ ...cart, perStep: 5 }])
    }
  const leaking = await metricFleet(store, 'leaking', fourProcesses, growing(600e6), { before: 42 })
  await leaking.run(42, growing(600e6))
  const { verdict } = await leaking.look()
  const finding = verdict.findings.find(({ kind }) => kind === 'saturation')
  expect(finding?.title).toMatch(
    /^process\.memory\.usage of leaking 2\.0\.0 goes on growing: \+\d+ % in 3 min, now \d+ MiB, against /,
  )
  expect(finding!.cohort).toEqual([{ attribute: 'metric', op: '=', value: 'process.memory.usage' }])

  const warming = await metricFleet(store, 'warming', fourProcesses, growing(0), { before: 42 })
  await warming.run(42, growing(0))
  const well = await warming.look()
  expect(well.verdict.findings).toEqual([])
  expect(well.verdict.blindSpots.map(({ title }) => title)).toContain(
    'A leak that adds less than 5 % in 3 min may go unnoticed',
  )
})
