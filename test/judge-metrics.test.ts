import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { busiestBaseline } from '../src/releases/busiest-baseline.ts'
import { openLedger } from '../src/releases/ledger/open-ledger.ts'
import { noticeVersions } from '../src/releases/notice-versions.ts'
import { evidenceEnd } from '../src/releases/replay/evidence-end.ts'
import { createRandom } from '../src/stats/random.ts'
import type { Store } from '../src/store/store.ts'
import { storeOfFile } from './judge/emptied-store.ts'
import { fourProcesses, metricFleet, releasedAt, type Work } from './judge/metric-fleet.ts'
import { type Requests, serve } from './judge/metric-processes.ts'
import { sendSpans } from './judge/otlp-spans.ts'

let store: Store
storeOfFile((opened) => {
  store = opened
})

afterEach(() => {
  vi.useRealTimers()
})

const orders: Requests = { route: '/orders', perStep: 40, failing: 0.01, median: 0.04 }
const cart: Requests = { route: '/cart', perStep: 40, failing: 0.01, median: 0.012 }

test('failures of one route rise, and no span was ever sent: rollback, with the route named', async () => {
  const random = createRandom(3)
  const work: Work = (process) =>
    serve(process, random, [
      { ...orders, failing: process.version === '2.0.0' ? 0.15 : 0.01 },
      cart,
    ])
  const fleet = await metricFleet(store, 'failing', fourProcesses, work, { before: 2 })
  await fleet.run(12, work)
  const { verdict, state } = await fleet.look()
  expect(verdict).toMatchObject({
    verdict: 'rollback',
    comparison: { baselineKind: 'concurrent', candidateShare: 0.5 },
  })
  const [finding] = verdict.findings
  expect(finding).toMatchObject({
    kind: 'failure-rate',
    severity: 'critical',
    cohort: [{ attribute: 'operation', op: '=', value: 'GET /orders' }],
    evidence: { candidateCount: 960, baselineCount: 960, exemplars: [] },
  })
  expect(verdict.headline).toContain('candidate requests to GET /orders')
  expect(finding!.explains.length).toBe(verdict.findings.length - 1)
  expect(verdict.blindSpots.map(({ title }) => title)).toContain(
    'Judged by metrics alone: no silent failures, no cohorts beyond their attributes, no traces as examples',
  )
  expect(state.parts?.metrics?.alarm?.[0]?.id).toBe(finding!.id)
  const [{ claims = [] } = {}] = [state.parts?.metrics]
  expect(claims.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1)
})

test('metrics of one version alone, or none at all: hold', async () => {
  const random = createRandom(3)
  const work: Work = (process) => serve(process, random, [cart])
  const fleet = await metricFleet(store, 'lonely', fourProcesses.slice(0, 2), work, { before: 2 })
  await fleet.run(3, work)
  const { verdict, state } = await fleet.look()
  expect(verdict).toMatchObject({ verdict: 'hold', comparison: { baselineKind: 'none' } })
  expect(state.parts?.metrics?.alarm).toBeUndefined()
  // who sends no traces is compared with the version that its metrics name
  const release = { ...verdict.release, service: 'failing', baselineVersion: null }
  expect(await busiestBaseline(store, release, fleet.now())).toBe('1.0.0')
})

test('a process that starts anew under its old name, and one without a name, are counted right', async () => {
  const random = createRandom(3)
  const requests =
    (perStep: number): Work =>
    (process) =>
      serve(process, random, [{ ...cart, perStep, failing: 0 }])
  const specs = [
    { version: '1.0.0', instance: 'old' },
    { version: '2.0.0', instance: 'new' },
  ]
  // nobody knows how much of what the old process tells next belongs to the pause
  const pause = { before: 2, pauseMillis: 600_000 }
  const fleet = await metricFleet(store, 'restarted', specs, requests(10), pause)
  await fleet.run(3, requests(10))
  fleet.end('new')
  fleet.begin({ version: '2.0.0', instance: 'new' })
  fleet.begin({ version: '1.0.0', instance: '' })
  await fleet.run(1, requests(100))
  await fleet.run(4, requests(10))
  const { verdict, state } = await fleet.look()
  expect(verdict.headline).toContain('170 candidate and 300 baseline requests')
  expect(state.parts?.metrics?.alarm).toBeUndefined()
})

test('what a process was warmed up with before its release is not held against it', async () => {
  const random = createRandom(3)
  const work: Work = (process) => serve(process, random, [cart])
  const warming: Work = (process, age) =>
    serve(process, random, [
      process.version === '2.0.0' && age === 0 ? { ...cart, perStep: 200, failing: 0.9 } : cart,
    ])
  const fleet = await metricFleet(store, 'warmed', fourProcesses, work, { aheadMillis: 4000 })
  await fleet.run(1, warming)
  await fleet.run(9, work)
  const { verdict, state } = await fleet.look()
  expect(state.parts?.metrics?.alarm).toBeUndefined()
  // of both versions, the point that began before the release is left out
  expect(verdict.headline).toContain('560 candidate and 560 baseline requests')
})

test('a version that no span tells of is noticed by its metrics, and its end is known', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-noticed-'))
  const ledger = await openLedger(folder, undefined, () => {})
  onTestFinished(async () => {
    await ledger.close()
    await rm(folder, { recursive: true, force: true })
  })
  const now = releasedAt + 120_000
  const noticed = await noticeVersions(store, ledger, now)
  const known = noticed.find(({ release }) => release.service === 'failing')!
  expect(known).toMatchObject({
    release: {
      version: '2.0.0',
      baselineVersion: '1.0.0',
      // its first data point
      startedAt: new Date(releasedAt + 10_000).toISOString(),
    },
    origin: 'noticed',
  })
  expect(await noticeVersions(store, ledger, now)).toEqual([])
  expect(await evidenceEnd(store, known.release, now + 60_000)).toMatchObject({ last: now })
  // of a service that sends spans, a version without any is not yet in use
  const old = { service: 'failing', version: '1.0.0' }
  const span = { trace: 1, span: 0, name: 'GET /', kind: 'server', start: now - 1000 } as const
  await sendSpans(store, old, [span])
  await store.drained()
  const other = await mkdtemp(path.join(folder, 'another-'))
  const another = await openLedger(other, undefined, () => {})
  onTestFinished(async () => await another.close())
  const services = (await noticeVersions(store, another, now)).map(({ release }) => release.service)
  expect(services).not.toContain('failing')
})
