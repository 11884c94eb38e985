import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { WatchState } from '../src/releases/judge/hypothesis.ts'
import type { ReleaseSummary } from '../src/releases/release-service.ts'
import type { Store } from '../src/store/store.ts'
import { announced, baseline, candidate, released } from './judge/released.ts'
import { watchedService, type Watched } from './judge/watched-service.ts'
import { emptiedStore } from './judge/emptied-store.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

async function listed(
  watched: Watched,
  as: (releases: ReleaseSummary[]) => boolean,
): Promise<ReleaseSummary[]> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const releases = await watched.service.list()
    if (as(releases)) return releases
    if (Date.now() > deadline) throw new Error(`not within a minute: ${JSON.stringify(releases)}`)
    await sleep(50)
  }
}

test('a version that nobody has seen: hold, naming what is known', async () => {
  const watched = await watchedService(store)
  const { id } = await watched.service.start({ ...announced, version: '2.0.O' })
  expect(await watched.verdict(id, ({ blindSpots }) => blindSpots.length > 1)).toMatchObject({
    verdict: 'hold',
    phase: 'watching',
    headline: 'Hold checkout 2.0.O: Nobody has seen checkout 2.0.O.',
  })
  const detail = async (release: string, words: string): Promise<void> => {
    const { verdict, blindSpots } = await watched.verdict(release, (seen) =>
      seen.blindSpots.some((spot) => spot.detail.includes(words)),
    )
    expect(verdict).toBe('hold')
    expect(blindSpots[0]).toMatchObject({ kind: 'unknown-version' })
  }
  await detail(id, 'No telemetry has arrived at all.')
  watched.elapse(5)
  await watched.traffic({ ...baseline, seconds: 5, requests: 20, environment: 'staging' })
  await detail(id, 'checkout is known, but in other environments: staging.')
  await watched.traffic({ ...baseline, seconds: 5, requests: 20 })
  await detail(id, 'Versions seen of checkout: 1.0.0.')
  const other = await watched.service.start({ service: 'chekcout', version: '2.0.0' })
  await detail(other.id, 'No telemetry carries that service name. Services seen: checkout.')
})

test('a new version is a release by itself, once; the first version of a service is not', async () => {
  const watched = await watchedService(store)
  await watched.traffic(baseline)
  await sleep(700)
  expect(await watched.service.list()).toEqual([])
  expect(watched.lines).toEqual([])
  watched.elapse(30)
  const begun = watched.now() - 20_000
  await watched.traffic({ ...candidate, seconds: 20, requests: 100 })
  const [release] = await listed(watched, ({ length }) => length > 0)
  expect(release).toMatchObject({
    release: {
      service: 'checkout',
      version: '2.0.0',
      baselineVersion: '1.0.0',
      environment: '',
      strategy: 'canary',
    },
  })
  expect(Math.abs(Date.parse(release!.release.startedAt) - begun)).toBeLessThan(1000)
  await watched.verdict(release!.release.id)
  await watched.reopen()
  await watched.verdict(release!.release.id)
  expect(await watched.service.list()).toHaveLength(1)
  // whoever announces it afterwards means the same release
  const same = await watched.service.start({ ...announced, reason: 'fix' })
  expect(same).toMatchObject({ id: release!.release.id, reason: 'fix', baselineVersion: '1.0.0' })
  expect(await watched.service.list()).toHaveLength(1)
})

test('telemetry stops: hold, with the side that went silent', async () => {
  const watched = await watchedService(store)
  const id = await released(watched)
  await watched.verdict(id, ({ evidencePlan }) => evidencePlan.some(({ state }) => state === 'met'))
  watched.elapse(200)
  await watched.traffic({ ...baseline, seconds: 200, requests: 200 })
  const silent = await watched.verdict(id, ({ blindSpots }) =>
    blindSpots.some(({ kind }) => kind === 'telemetry-gap'),
  )
  expect(silent).toMatchObject({ verdict: 'hold', phase: 'watching' })
  expect(silent.headline).toMatch(
    /^Hold checkout 2\.0\.0: The candidate 2\.0\.0 has sent no telemetry for \d+ (s|min)\.$/,
  )
  await watched.traffic({ ...candidate, seconds: 1, requests: 10 })
  await watched.verdict(id, ({ blindSpots }) =>
    blindSpots.every(({ kind }) => kind !== 'telemetry-gap'),
  )
})

test('a failure that nobody reports: rollback, kept in the ledger change by change', async () => {
  const watched = await watchedService(store)
  const id = await released(watched, { share: 0.2, faulty: true })
  const verdict = await watched.verdict(id, (seen) => seen.verdict === 'rollback')
  expect(verdict.comparison.sampleRatioMismatch.mismatch).toBe(false)
  const [finding] = verdict.findings
  expect(finding).toMatchObject({ kind: 'silent-failure', severity: 'critical' })
  expect(finding!.cohort).toEqual([
    { attribute: 'operation', op: '=', value: 'POST /orders' },
    { attribute: 'app.plan', op: '=', value: 'business' },
  ])
  expect(verdict.headline).toBe(`Roll back checkout 2.0.0: ${finding!.title}`)
  expect(finding!.title).toContain('report success although POST /charges failed')
  expect(finding!.evidence.exemplars.length).toBeGreaterThan(0)
  const { dashboard, distributions, searched } = await watched.service.evidence(id)
  // complete blocks only: the last second may be missing
  expect(dashboard.candidate.requests).toBeGreaterThan(950)
  expect(dashboard.baseline.requests).toBeGreaterThan(3800)
  expect(distributions[finding!.id]!.candidate[1]).toBeGreaterThan(10)
  const units = dashboard.candidate.requests + dashboard.baseline.requests
  expect(searched).toMatchObject({ units, sampledFrom: units })

  // looks that find nothing new leave no entry
  const before = await watched.service.history(id)
  await watched.verdict(id, ({ evaluatedAt }) => evaluatedAt > verdict.evaluatedAt)
  await watched.verdict(id)
  const after = await watched.service.history(id)
  expect(after).toEqual(before)
  expect(after.filter((entry) => entry.verdict === 'rollback')).toHaveLength(1)
  expect(after.at(-1)).toMatchObject({ verdict: 'rollback', findings: verdict.findings.length })
  const times = after.map(({ evaluatedAt }) => evaluatedAt)
  expect(times).toEqual(times.toSorted())
  expect(after[0]!.verdict).toBe('hold')

  // after a restart everything is as it was
  const stateOf = (): WatchState => {
    const ledger = new DatabaseSync(path.join(watched.folder, 'ledger.sqlite'), { readOnly: true })
    const row = ledger.prepare('SELECT body FROM watch_states').get() as { body: string }
    ledger.close()
    return JSON.parse(row.body) as WatchState
  }
  const state = stateOf()
  expect(state.hypotheses.map(({ origin }) => origin)).toContain('discovered')
  await watched.reopen()
  expect(await watched.service.verdict(id)).toMatchObject({
    verdict: 'rollback',
    findings: [{ id: finding!.id, evidence: { firstSeen: finding!.evidence.firstSeen } }, {}, {}],
  })
  expect((await watched.service.evidence(id)).distributions).toHaveProperty(finding!.id)
  const again = await watched.verdict(id)
  expect(again.findings[0]).toMatchObject({
    id: finding!.id,
    evidence: { firstSeen: finding!.evidence.firstSeen },
  })
  await watched.verdict(id, ({ evaluatedAt }) => evaluatedAt > again.evaluatedAt)
  const resumed = stateOf()
  expect(resumed.looks).toBeGreaterThan(state.looks)
  expect(resumed.hypotheses.slice(0, state.hypotheses.length)).toEqual(state.hypotheses)
  expect(resumed.alarmedAt).toBe(state.alarmedAt)
  expect(await watched.service.history(id)).toEqual(after)
})

test('a release that nobody knows is a clear error', async () => {
  const { service } = await watchedService(store)
  for (const asked of [service.verdict('x'), service.evidence('x'), service.history('x')])
    await expect(asked).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' })
})
