import { expect, test } from 'vitest'
import type { Store } from '../src/store/store.ts'
import { announced, baseline, candidate } from './judge/released.ts'
import { watchedService, type Watched } from './judge/watched-service.ts'
import { emptiedStore } from './judge/emptied-store.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

/** A release after a stretch of ordinary traffic. */
async function releasedAfter(
  watched: Watched,
  before: { seconds: number; requests: number },
  release: object = {},
): Promise<string> {
  await watched.traffic({ ...baseline, failing: 0.005, ...before })
  const { id } = await watched.service.start({
    ...announced,
    baselineVersion: '1.0.0',
    ...release,
  })
  watched.elapse(60)
  return id
}

const minute = { seconds: 60, requests: 1500 }

test('a fault that hits both versions from the start of the release: rollback, by what was before', async () => {
  const watched = await watchedService(store)
  const id = await releasedAfter(watched, minute)
  const faulty = { seconds: 60, failing: 0.2 }
  await watched.traffic({ ...baseline, ...faulty, requests: 1200 })
  await watched.traffic({ ...candidate, ...faulty, requests: 300 })
  const verdict = await watched.verdict(id, (seen) => seen.verdict === 'rollback')
  expect(verdict.findings[0]).toMatchObject({
    kind: 'failure-rate',
    comparison: 'before-after',
    severity: 'critical',
    cohort: [],
  })
  expect(verdict.findings[0]!.title).toContain('fail than before the release: ')
  expect(verdict.findings[0]!.evidence.exemplars.length).toBeGreaterThan(0)
  expect(verdict.findings.every(({ comparison }) => comparison === 'before-after')).toBe(true)
  expect(verdict.comparison).toMatchObject({
    baselineKind: 'concurrent',
    history: { hourClass: 'the time just before', isCalibrated: false, margin: 3 },
  })
  expect(verdict.blindSpots.find(({ kind }) => kind === 'shared-change')!.title).toContain(
    'against the time before the release',
  )
})

test('a failure of both that nobody reports', async () => {
  const watched = await watchedService(store)
  const id = await releasedAfter(watched, minute)
  const faulty = { seconds: 60, failing: 0.005, swallowedPlan: 'free' }
  await watched.traffic({ ...baseline, ...faulty, requests: 1200 })
  await watched.traffic({ ...candidate, ...faulty, requests: 300 })
  const { findings } = await watched.verdict(id, (seen) => seen.verdict === 'rollback')
  expect(findings[0]).toMatchObject({
    kind: 'silent-failure',
    comparison: 'before-after',
    cohort: [{ attribute: 'operation', value: 'POST /orders' }],
  })
  expect(findings[0]!.title).toContain('report success although POST /charges failed')
})

test('the same traffic without a fault: no finding', async () => {
  const watched = await watchedService(store)
  const id = await releasedAfter(watched, minute)
  const healthy = { seconds: 60, failing: 0.005 }
  await watched.traffic({ ...baseline, ...healthy, requests: 1200 })
  await watched.traffic({ ...candidate, ...healthy, requests: 300 })
  const verdict = await watched.verdict(id, ({ comparison }) => comparison.history !== null)
  expect(verdict).toMatchObject({ verdict: 'hold', findings: [] })
})

test('what failed for untouched services at the same time too is not the release', async () => {
  const watched = await watchedService(store)
  for (const service of ['search', 'mail', 'stock'])
    await watched.traffic({ service, version: '5.0.0', ...minute, failing: 0.005 })
  const id = await releasedAfter(watched, minute)
  for (const service of ['search', 'mail', 'stock'])
    await watched.traffic({ service, version: '5.0.0', ...minute, failing: 0.2 })
  await watched.traffic({ ...baseline, seconds: 60, failing: 0.2, requests: 1200 })
  await watched.traffic({ ...candidate, seconds: 60, failing: 0.2, requests: 300 })
  const verdict = await watched.verdict(id, ({ findings }) => findings.length > 0)
  expect(verdict.verdict).toBe('hold')
  expect(verdict.findings[0]!.title).toContain(
    'Failures rose for 3 of 3 services that the release does not touch, too.',
  )
})

test('all at once: judged against the time before, and what is missing is said', async () => {
  const watched = await watchedService(store)
  const id = await releasedAfter(watched, minute, { strategy: 'all-at-once' })
  await watched.traffic({ ...candidate, seconds: 60, failing: 0.005, requests: 1500 })
  const short = await watched.verdict(id, ({ comparison }) => comparison.baselineKind !== 'none')
  expect(short).toMatchObject({
    verdict: 'hold',
    comparison: { baselineKind: 'before-after', history: { isCalibrated: false } },
  })
  expect(short.headline).toContain('at least 20 stretches of time before the release')
  expect(short.blindSpots.map(({ kind }) => kind)).not.toContain('no-baseline-traffic')
})

test('all at once after a long quiet history: proceed', async () => {
  const watched = await watchedService(store)
  const long = { seconds: 3000, requests: 15_000 }
  const id = await releasedAfter(watched, long, { strategy: 'all-at-once' })
  await watched.traffic({ ...candidate, seconds: 60, failing: 0.005, requests: 6000 })
  const verdict = await watched.verdict(id, (seen) => seen.verdict === 'proceed')
  expect(verdict).toMatchObject({
    findings: [],
    comparison: { baselineKind: 'before-after', history: { isCalibrated: true } },
  })
  expect(verdict.headline).toContain('earlier requests')
})
