/** Watching goes on after the rollout: what begins late, what has not run yet, and what the split does not reach. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newWatchState, type WatchState } from '../../src/releases/judge/hypothesis.ts'
import type { RecordedRelease } from '../../src/releases/ledger/ledger.ts'
import { isVerdictChange } from '../../src/releases/verdict-change.ts'
import { whatChanged } from '../../src/releases/replay/what-changed.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { judgeAt, recordedAt } from '../judge/judge-at.ts'
import { sendSpans, type SpanSpec } from '../judge/otlp-spans.ts'
import { trafficSpans } from '../judge/traffic.ts'
import { watchedService } from '../judge/watched-service.ts'

let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-plan-'))
  store = await openStore({ dataFolder: folder, log: () => {} })
})

afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

async function send(
  environment: string,
  version: string,
  from: number,
  minutes: number,
  perMinute: number,
  failing = 0.003,
): Promise<void> {
  const traffic = {
    service: 'checkout',
    version,
    environment,
    from,
    seconds: minutes * 60,
    requests: minutes * perMinute,
    failing,
  }
  await sendSpans(store, traffic, trafficSpans(traffic))
}

test('proceed, and a fault that begins forty minutes after the rollout: rollback, with what changed it', async () => {
  const environment = 'late'
  const start = Date.now() - 3 * hour
  await send(environment, '1.0.0', start - 240 * minute, 240, 150)
  // five minutes side by side, then everything
  await send(environment, '1.0.0', start, 5, 1000)
  await send(environment, '2.0.0', start, 5, 1000)
  await send(environment, '2.0.0', start + 5 * minute, 40, 150)
  await send(environment, '2.0.0', start + 45 * minute, 10, 150, 0.1)
  await store.drained()
  const recorded: RecordedRelease = { ...recordedAt(environment, start), candidateShare: 0.5 }
  let state: WatchState = newWatchState()
  let previous: Verdict | undefined
  const changes: { at: number; verdict: string; phase: string; changed: string[] }[] = []
  for (const at of [5, 12, 30, 45, 48, 51, 55]) {
    const looked = await judgeAt(store, recorded, start + at * minute, { state, blockSeconds: 5 })
    state = JSON.parse(JSON.stringify(looked.state)) as WatchState
    const { verdict } = looked
    if (isVerdictChange(previous, verdict)) {
      changes.push({
        at,
        verdict: verdict.verdict,
        phase: verdict.phase,
        changed: whatChanged(previous, verdict),
      })
    }
    previous = verdict
    if (verdict.verdict === 'rollback') break
  }
  const verdicts = changes.map(({ at, verdict }) => `${at} ${verdict}`)
  expect(verdicts.at(-2)).toMatch(/proceed$/)
  const last = changes.at(-1)!
  expect(last).toMatchObject({ verdict: 'rollback', phase: 'watching' })
  expect(last.at).toBeLessThanOrEqual(51)
  expect(last.changed).toContain('verdict: proceed → rollback')
  expect(last.changed.join('\n')).toMatch(
    /new finding: More requests to .* fail than before \d\d:\d\d UTC, \d+ min after the release began/,
  )
})

test('scheduled work that has not run, hours, and consumers that both versions feed', async () => {
  const environment = 'jobs'
  const start = Math.floor(Date.now() / hour) * hour - 2 * day
  const origin = (version: string) => ({ service: 'checkout', version, environment })
  let trace = 900_000
  const job = (name: string, at: number): SpanSpec => ({
    trace: trace++,
    span: 0,
    name,
    kind: 'internal',
    start: at,
  })
  const nightly = [1, 2, 3, 4, 5].map((n) => job('nightly report', start - n * day + 7 * hour))
  const hourly = Array.from({ length: 30 }, (_, n) =>
    job('hourly sync', start - (n + 1) * hour + 10 * minute),
  )
  const traffic = Array.from({ length: 48 }, (_, n) => start - (n + 1) * hour)
    // nobody comes at night, nor on the dot
    .filter((at) => new Date(at).getUTCHours() >= 6)
    .map((at) => job('GET /', at + (1 + ((at / hour) % 7) ** 2) * minute))
    .map((span): SpanSpec => ({ ...span, kind: 'server' }))
  await sendSpans(store, origin('1.0.0'), [...nightly, ...hourly, ...traffic])
  await send(environment, '1.0.0', start, 3, 60)
  await send(environment, '2.0.0', start, 3, 60)
  await sendSpans(store, origin('2.0.0'), [job('hourly sync', start + minute)])
  // both versions send to one queue
  for (const version of ['1.0.0', '2.0.0']) {
    const first = trace
    const sent = Array.from({ length: 10 }, (): SpanSpec => ({
      trace: trace++,
      span: 0,
      name: 'orders send',
      kind: 'producer',
      start: start + minute,
    }))
    await sendSpans(store, origin(version), sent)
    const consumed = sent.map((_, i): SpanSpec => ({
      trace: first + i,
      span: 1,
      parent: 0,
      name: 'orders process',
      kind: 'consumer',
      start: start + minute + 20,
    }))
    await sendSpans(store, { service: 'mail', version: '4.0.0', environment }, consumed)
  }
  await store.drained()
  const recorded: RecordedRelease = { ...recordedAt(environment, start), policy: { soakHours: 24 } }
  const { verdict } = await judgeAt(store, recorded, start + 3 * minute)
  const plan = verdict.evidencePlan.map(({ requirement, state }) => [requirement, state])
  expect(plan).toContainEqual([
    'hourly sync, which runs every 60 min, has run in the new version',
    'met',
  ])
  expect(plan).toContainEqual([
    'nightly report, which runs every 24 h, has run in the new version',
    'open',
  ])
  expect(plan).toContainEqual(['watched for 24 hours', 'open'])
  const nightlyPlan = verdict.evidencePlan.find(({ requirement }) =>
    requirement.startsWith('nightly'),
  )
  expect(Date.parse(nightlyPlan!.eta!)).toBe(start + 7 * hour)
  const spot = (kind: string): string =>
    verdict.blindSpots.find((each) => each.kind === kind)?.title ?? ''
  expect(spot('scheduled-work')).toBe(
    '1 scheduled job has not run in the new version yet: nightly report (every 24 h)',
  )
  expect(spot('beyond-split')).toBe(
    'mail, orders process is fed by both versions: 10 messages of the candidate, 10 of the baseline',
  )
  // 18 hours a day, for the two days that are known, stand for the week
  expect(spot('hours-not-seen')).toMatch(
    /^1\d\d of the 1\d\d hours of the week in which checkout has traffic/,
  )
})

test('the plan of a release is that of its reason and what was set; the ledger tells what changed each verdict', async () => {
  const watched = await watchedService(store)
  const start = {
    service: 'checkout',
    version: '2.0.0',
    environment: 'plan',
    baselineVersion: '1.0.0',
  }
  const { id } = await watched.service.start({ ...start, reason: 'config' })
  const soak = async (as: string): Promise<Verdict> =>
    await watched.verdict(id, ({ evidencePlan }) =>
      evidencePlan.some(({ requirement }) => requirement === as),
    )
  await soak('watched for 48 hours')
  // the same release again: what is added counts
  await watched.service.start({ ...start, policy: { soakHours: 2 } })
  const changed = await soak('watched for 2 hours')
  expect(changed.verdict).toBe('hold')
  const history = await watched.service.history(id)
  expect(history[0]!.changed).toEqual(['first look'])
  expect(history.at(-1)!.changed).toContain('to be proven: watched for 2 hours')
})
