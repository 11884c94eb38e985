import { expect, test } from 'vitest'
import type { Replay, ReplayEvent, ReplayRequest } from '../../src/releases/replay/replay.ts'
import type { Store } from '../../src/store/store.ts'
import { sendTraffic, type Traffic } from '../judge/traffic.ts'
import { watchedService, type Watched } from '../judge/watched-service.ts'
import { emptiedStore, emptySpans } from '../judge/emptied-store.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

/** A whole second two hours ago. */
const start = (Math.floor(Date.now() / 1000) - 7200) * 1000
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString()
const old = { service: 'checkout', version: '1.0.0' }
const young = { service: 'checkout', version: '2.0.0' }

type Request = Parameters<Store['ingest']>

/** Exports of an outage: 2.0.0 joins 1.0.0, and after 30 s swallows the failures of the business plan. */
async function outage(): Promise<Request[]> {
  const requests: Request[] = []
  const recorder = {
    ...store,
    ingest: async (...request: Request) => {
      requests.push(request)
      return await store.ingest(...request)
    },
  }
  const send = (traffic: Omit<Traffic, 'from'>, from: number): Promise<void> =>
    sendTraffic(recorder, { ...traffic, from: start + from * 1000 })
  await send({ ...old, seconds: 60, requests: 3000 }, -60)
  for (let from = 0; from < 90; from += 30) {
    await send({ ...old, seconds: 30, requests: 2000 }, from)
    const fault = from < 30 ? {} : { swallowedPlan: 'business' }
    await send({ ...young, seconds: 30, requests: 500, ...fault }, from)
  }
  return requests
}

let imports = 0

async function again(requests: readonly Request[]): Promise<void> {
  // the same hash within a quarter of an hour is the same request
  imports += 1
  for (const [signal, hash, rows] of requests)
    await store.ingest(signal, `${hash} ${imports}`, rows)
  await store.drained()
}

function replayed(
  { service }: Watched,
  id: string,
  request: ReplayRequest = { everySeconds: 10 },
  onEvent: (event: ReplayEvent) => void = () => {},
  stop = new AbortController().signal,
): Promise<Replay> {
  return service.replay(id, request, { onEvent, stop })
}

test('an outage of the past is caught at the look that could see it, in any order of import', async () => {
  const watched = await watchedService(store)
  const requests = await outage()
  const { id } = await watched.service.start({ ...young, startedAt: at(0) })
  const events: ReplayEvent[] = []
  const replay = await replayed(watched, id, { everySeconds: 10 }, (event) => events.push(event))
  expect(replay).toMatchObject({
    release: { baselineVersion: '1.0.0', startedAt: at(0) },
    plan: { from: at(0), until: at(90), end: 'end of telemetry', everySeconds: 10, looks: 9 },
    looks: 9,
    complete: true,
    verdict: { verdict: 'rollback', evaluatedAt: at(90) },
  })
  const { caught, timeline } = replay
  expect(caught!.secondsAfterStart).toBeGreaterThan(30)
  expect(caught!.secondsAfterStart).toBeLessThanOrEqual(70)
  expect(caught!.headline).toContain('POST /orders')
  expect(timeline[0]).toMatchObject({ verdict: 'hold', changed: ['first look'] })
  const found = timeline.find(({ verdict }) => verdict === 'rollback')!
  expect(found.evaluatedAt).toBe(caught!.at)
  expect(found.changed[0]).toBe('verdict: hold → rollback')
  expect(found.changed.join()).toContain('new finding: ')
  expect(events.filter((event) => 'progress' in event)).toHaveLength(9)
  expect(events.filter((event) => 'change' in event)).toHaveLength(timeline.length)
  // nothing of it is in the ledger: that has the one look at the end of the telemetry
  const history = await watched.service.history(id)
  expect(history.every(({ evaluatedAt }) => evaluatedAt > at(89))).toBe(true)

  await emptySpans(store)
  await again(requests.toReversed())
  expect(await replayed(watched, id)).toEqual(replay)

  // event time: without all that came after the sixth look, the first six looks are the same
  await emptySpans(store)
  await again(requests.slice(0, 5))
  const half = await replayed(watched, id, { everySeconds: 10, until: at(60) })
  const six = timeline.filter(({ evaluatedAt }) => evaluatedAt <= at(60))
  expect(half.timeline).toEqual(six)
  expect(half.plan).toMatchObject({ end: 'asked for', looks: 6 })
})

test('nobody watches a release of the past; what is imported later is looked at', async () => {
  const watched = await watchedService(store)
  const { id } = await watched.service.start({ ...young, startedAt: at(0) })
  await expect(replayed(watched, id)).rejects.toMatchObject({ code: 'REPLAY_EMPTY' })
  const requests = await outage()
  const as = async (wanted: string): Promise<void> =>
    expect
      .poll(async () => (await watched.service.verdict(id)).verdict, { timeout: 20_000 })
      .toBe(wanted)
  await as('rollback')
  // the telemetry ended there, so the verdict is as of then and says so
  const asOf = async (): Promise<number> =>
    Math.abs(Date.parse((await watched.service.verdict(id)).evaluatedAt) - Date.parse(at(91)))
  // what had arrived before the last requests may have been enough
  await expect.poll(asOf, { timeout: 20_000 }).toBeLessThan(1000)
  const verdict = await watched.service.verdict(id)
  expect(verdict.blindSpots.at(-1)).toMatchObject({ kind: 'telemetry-gap' })
  expect(verdict.blindSpots.at(-1)!.title).toContain('ends at')
  expect(verdict.release.baselineVersion).toBe('1.0.0')

  // a release between that began later takes its place, whenever it was recorded
  const later = await watched.service.start({ ...young, version: '3.0.0', startedAt: at(45) })
  await expect
    .poll(async () => (await watched.service.verdict(id)).phase, { timeout: 20_000 })
    .toBe('superseded')
  const early = await watched.service.start({ ...young, version: '1.5.0', startedAt: at(-30) })
  expect((await watched.service.list()).map(({ release }) => release.id)).toEqual([
    later.id,
    id,
    early.id,
  ])
  expect(await replayed(watched, id)).toMatchObject({
    plan: { end: 'next release' },
    verdict: { phase: 'superseded' },
  })
  expect(requests.length).toBe(7)
})

test('a replay can be stopped, keeps its number of looks, and refuses an end before the start', async () => {
  const watched = await watchedService(store)
  await outage()
  const { id } = await watched.service.start({ ...young, startedAt: at(0) })
  const stop = new AbortController()
  const stopped = await replayed(
    watched,
    id,
    { everySeconds: 10 },
    (event) => {
      if ('progress' in event && event.progress.look === 2) stop.abort()
    },
    stop.signal,
  )
  expect(stopped).toMatchObject({ looks: 2, complete: false, caught: null })
  expect(stopped.verdict!.evaluatedAt).toBe(at(20))
  let plan
  const now = AbortSignal.abort()
  await replayed(
    watched,
    id,
    { everySeconds: 1, until: at(7000) },
    (event) => {
      if ('plan' in event) plan = event.plan
    },
    now,
  )
  expect(plan).toMatchObject({ everySeconds: 20, widened: true, looks: 350 })
  const before = replayed(watched, id, { until: at(-1) })
  await expect(before).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await expect(
    watched.service.start({ ...young, startedAt: new Date(Date.now() + 600_000).toISOString() }),
  ).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})
