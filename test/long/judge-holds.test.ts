import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { busiestBaseline } from '../../src/releases/busiest-baseline.ts'
import { sampleRelease } from '../../src/releases/testing/sample-verdict.ts'
import { announced, baseline, candidate, released } from '../judge/released.ts'
import { sendTraffic } from '../judge/traffic.ts'
import { watchedService } from '../judge/watched-service.ts'
import { emptiedStore } from '../judge/emptied-store.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

test('a candidate that answered requests only before its release: hold', async () => {
  const watched = await watchedService(store)
  await watched.traffic(candidate)
  watched.elapse(5)
  const { id } = await watched.service.start({ ...announced, baselineVersion: '1.0.0' })
  watched.elapse(10)
  await watched.traffic({ ...baseline, seconds: 10, requests: 100 })
  const verdict = await watched.verdict(id, ({ blindSpots }) => blindSpots.length > 1)
  expect(verdict).toMatchObject({
    verdict: 'hold',
    headline:
      'Hold checkout 2.0.0: checkout 2.0.0 has answered no request since the release began.',
    comparison: { candidateShare: 0, baselineKind: 'concurrent' },
  })
  expect(verdict.blindSpots[0]!.kind).toBe('no-candidate-traffic')
})

test('no baseline: hold, until another version of the service is seen', async () => {
  const watched = await watchedService(store)
  const { id } = await watched.service.start(announced)
  watched.elapse(20)
  await watched.traffic({ ...candidate, seconds: 20, requests: 100 })
  const alone = await watched.verdict(id, ({ blindSpots }) => blindSpots.length > 1)
  expect(alone).toMatchObject({
    verdict: 'hold',
    headline: 'Hold checkout 2.0.0: checkout has no other version to compare with.',
    release: { baselineVersion: null },
    comparison: { baselineKind: 'none' },
  })
  expect(alone.blindSpots[0]!.kind).toBe('no-baseline-traffic')
  await watched.traffic({ ...baseline, seconds: 20, requests: 100 })
  const compared = await watched.verdict(id, ({ release }) => release.baselineVersion !== null)
  expect(compared).toMatchObject({
    verdict: 'hold',
    release: { baselineVersion: '1.0.0' },
    comparison: { baselineKind: 'concurrent' },
  })
  expect(compared.blindSpots.map(({ kind }) => kind)).not.toContain('no-baseline-traffic')
})

test('announced twice it is one release; a newer version supersedes it', async () => {
  const watched = await watchedService(store)
  const links = [{ title: 'change', url: 'http://127.0.0.1/1' }]
  const first = await watched.service.start({ ...announced, candidateShare: 0.2 })
  watched.elapse(1)
  const again = await watched.service.start({ ...announced, links, strategy: 'all-at-once' })
  expect(again).toEqual({ ...first, links, strategy: 'all-at-once' })
  const elsewhere = await watched.service.start({ ...announced, environment: 'staging' })
  expect(elsewhere.id).not.toBe(first.id)
  watched.elapse(1)
  const newer = await watched.service.start({ service: 'checkout', version: '3.0.0' })
  const old = await watched.verdict(first.id, ({ phase }) => phase !== 'watching')
  expect(old).toMatchObject({
    phase: 'superseded',
    verdict: 'hold',
    comparison: { sampleRatioMismatch: { expectedShare: 0.2 } },
  })
  expect(await watched.verdict(elsewhere.id)).toMatchObject({ phase: 'watching' })
  expect(await watched.verdict(newer.id)).toMatchObject({ phase: 'watching' })
  expect((await watched.service.list()).map(({ release }) => release.id)).toEqual([
    newer.id,
    elsewhere.id,
    first.id,
  ])
  // what is over is not looked at any more
  await sleep(500)
  expect((await watched.service.verdict(first.id)).evaluatedAt).toBe(old.evaluatedAt)
})

test('traffic is not split as declared: hold, though the candidate fails', async () => {
  const watched = await watchedService(store)
  const id = await released(watched, { share: 0.5, faulty: true })
  const verdict = await watched.verdict(
    id,
    ({ comparison }) => comparison.sampleRatioMismatch.mismatch,
  )
  expect(verdict).toMatchObject({
    verdict: 'hold',
    phase: 'watching',
    comparison: { sampleRatioMismatch: { expectedShare: 0.5, mismatch: true } },
  })
  expect(verdict.headline).toContain('did not get the traffic they should have')
  expect(verdict.blindSpots.map(({ kind }) => kind)).toContain('unequal-populations')
})

test('a second fix is compared with the version that it replaces, not with the one that was busy before', async () => {
  const minute = 60_000
  const start = Date.now() - 60 * minute
  const send = (version: string, from: number, to: number, requests: number): Promise<void> => {
    const seconds = (to - from) * 60
    const traffic = { service: 'checkout', version, environment: '', seconds, requests }
    return sendTraffic(store, { ...traffic, from: start + from * minute })
  }
  await send('1.0.0', -50, -12, 400)
  await send('1.1.0', -12, 0, 60)
  await send('1.0.9', 0, 30, 90)
  const at = (minutes: number) => {
    const startedAt = new Date(start + minutes * minute).toISOString()
    return sampleRelease({ environment: '', version: '1.2.0', baselineVersion: null, startedAt })
  }
  expect(await busiestBaseline(store, at(0), start)).toBe('1.1.0')
  expect(await busiestBaseline(store, at(0), start + 30 * minute)).toBe('1.1.0')
  // where none answers around the start, the hour before tells
  expect(await busiestBaseline(store, at(36), start + 40 * minute)).toBe('1.0.0')
  expect(await busiestBaseline(store, at(-60), start - 60 * minute)).toBeNull()
})
