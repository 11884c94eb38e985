import { afterEach, expect, test, vi } from 'vitest'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'
import { createRandom } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { storeOfFile } from '../judge/emptied-store.ts'
import { fourProcesses, metricFleet, type MetricFleet, type Work } from '../judge/metric-fleet.ts'
import { type Requests, serve } from '../judge/metric-processes.ts'

let store: Store
storeOfFile((opened) => {
  store = opened
})

afterEach(() => {
  vi.useRealTimers()
})

const orders: Requests = { route: '/orders', perStep: 120, failing: 0.01, median: 0.04 }
const cart: Requests = { route: '/cart', perStep: 120, failing: 0.01, median: 0.012 }
/** A soak of twelve minutes. */
const policy = { ...defaultPolicy, soakHours: 0.2 }

/** Both versions side by side for five minutes, then the new one alone for some steps of ten seconds. */
async function rolledOut(service: string, work: Work, alone: number): Promise<MetricFleet> {
  const fleet = await metricFleet(store, service, fourProcesses, work)
  await fleet.run(32, work)
  fleet.end('old-1')
  fleet.end('old-2')
  await fleet.run(alone, work)
  return fleet
}

test('by metrics alone: proceed side by side, on after the old version has gone, and done', async () => {
  const random = createRandom(4)
  const work: Work = (process) => serve(process, random, [orders, cart])
  const fleet = await rolledOut('done', work, 20)
  const alone = await fleet.look(undefined, policy)
  expect(alone.verdict).toMatchObject({ verdict: 'proceed', phase: 'watching', findings: [] })
  expect(alone.verdict.blindSpots.map(({ title }) => title)).toContain(
    '1.0.0 has sent no metrics for 3 min: what begins now is compared with the time before that',
  )
  await fleet.run(22, work)
  const { verdict } = await fleet.look(alone.state, policy)
  expect(verdict).toMatchObject({ verdict: 'proceed', phase: 'done', findings: [] })
  expect(verdict.evidencePlan.filter(({ onlyForDone }) => onlyForDone === true)).toHaveLength(5)
})

test('… what begins to fail after the old version has gone holds the release', async () => {
  const random = createRandom(5)
  const work =
    (failing: number): Work =>
    (process) =>
      serve(process, random, [{ ...orders, failing }, cart])
  const fleet = await rolledOut('late', work(0.01), 14)
  const before = await fleet.look(undefined, policy)
  expect(before.verdict.verdict).toBe('proceed')
  await fleet.run(12, work(0.2))
  const { verdict } = await fleet.look(before.state, policy)
  expect(verdict).toMatchObject({ verdict: 'hold', phase: 'watching' })
  const [finding] = verdict.findings
  expect(finding).toMatchObject({
    kind: 'failure-rate',
    comparison: 'before-after',
    cohort: [{ attribute: 'operation', op: '=', value: 'GET /orders' }],
  })
  expect(finding!.title).toMatch(
    /^[\d,]+ of [\d,]+ requests to GET \/orders \([\d.]+ %\) fail, against [\d,]+ of [\d,]+ before 12:\d\d UTC \(counted by metrics; /,
  )
})
