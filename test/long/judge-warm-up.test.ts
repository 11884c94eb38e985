import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../../src/stats/random.ts'
import { newWatchState } from '../../src/releases/judge/hypothesis.ts'
import { judgeRelease } from '../../src/releases/judge/judge-release.ts'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { sampleRecorded } from '../../src/releases/testing/sample-verdict.ts'
import { detectors } from '../../src/signals/detectors.ts'
import { began, type EdgeRuns, edgeRuns } from '../judge/edge-runs.ts'
import { type Origin, sendSpans, type SpanSpec } from '../judge/otlp-spans.ts'

let runs: EdgeRuns
beforeAll(async () => {
  runs = await edgeRuns()
}, 60_000)
afterAll(async () => await runs.close())

const coldSeconds = 20

/** A minute of traffic after another of the old version alone; the new one is slow in its first seconds, or throughout. */
async function watched(environment: string, slowSeconds: number, share = 0.5): Promise<void> {
  await runs.send({ environment, from: began - 120_000, seconds: 120, traces: 900, share: 0 })
  const slow = { environment, seconds: slowSeconds, traces: slowSeconds * 8, share }
  await runs.send({ ...slow, from: began, fault: 'cold' })
  const rest = { seconds: 80 - slowSeconds, traces: (80 - slowSeconds) * 8, share }
  if (slowSeconds < 80) await runs.send({ environment, from: began + slowSeconds * 1000, ...rest })
}

async function judged(environment: string, warmUpSeconds: number): Promise<Verdict> {
  const { verdict } = await judgeRelease({
    store: runs.store,
    recorded: sampleRecorded({
      service: 'checkout',
      environment,
      startedAt: new Date(began).toISOString(),
    }),
    state: newWatchState(),
    pace: { everySeconds: 1, blockSeconds: 1, lagSeconds: 0, warmUpSeconds },
    policy: defaultPolicy,
    detectors,
    now: began + 81_000,
    superseded: false,
    url: '',
  })
  return verdict
}

test('a cold start alone raises nothing: neither in its own requests nor at its callers', async () => {
  await watched('cold', coldSeconds)
  const blamed = await judged('cold', 0)
  expect(blamed.verdict).toBe('rollback')
  // the service itself, and who waits for it
  expect(blamed.findings.filter(({ kind }) => kind === 'latency').length).toBeGreaterThan(2)
  const allowed = await judged('cold', coldSeconds)
  expect(allowed.findings).toEqual([])
  expect(allowed.verdict).not.toBe('rollback')
  expect(allowed.blindSpots.map(({ kind }) => kind)).toContain('warm-up')
}, 60_000)

test('nor does it where only the time before is there to compare with', async () => {
  await watched('alone', coldSeconds, 1)
  const blamed = await judged('alone', 0)
  expect(blamed.findings.map(({ comparison }) => comparison)).toContain('before-after')
  const allowed = await judged('alone', coldSeconds)
  expect(allowed.findings).toEqual([])
}, 60_000)

test('slowness that goes on is found beside it', async () => {
  await watched('slow', 80)
  const verdict = await judged('slow', coldSeconds)
  expect(verdict.verdict).toBe('rollback')
  expect(verdict.findings[0]).toMatchObject({ kind: 'latency' })
}, 60_000)

/** At a constant share of the traffic, processes of one machine start one after the other, and are slow at first. */
async function rolling(environment: string, resource: (process: number) => Origin['resource']) {
  const random = createRandom(3)
  const sent = new Map<string, { origin: Origin; spans: SpanSpec[] }>()
  const seconds = 80
  const startOf = (process: number): number => process * 30
  for (let trace = 0; trace < 1600; trace++) {
    const at = (trace / 1600) * seconds
    const isCandidate = random.uniform() < 0.5
    const started = [0, 1, 2].filter((process) => startOf(process) <= at)
    const process = isCandidate ? started[random.integer(started.length)]! : 0
    const isCold = isCandidate && at - startOf(process) < coldSeconds
    const version = isCandidate ? '2.0.0' : '1.0.0'
    const key = `${version} ${process}`
    const more = resource((isCandidate ? 100 : 10) + process)
    const origin = { service: 'checkout', version, environment, ...(more && { resource: more }) }
    const own: { origin: Origin; spans: SpanSpec[] } = sent.get(key) ?? { origin, spans: [] }
    sent.set(key, own)
    own.spans.push({
      trace: 50_000_000 + trace,
      span: 1,
      name: 'GET /cart',
      kind: 'server',
      start: began + at * 1000,
      duration: random.lognormal(Math.log(20), 0.3) * (isCold ? 8 : 1),
    })
  }
  for (const { origin, spans } of sent.values()) await sendSpans(runs.store, origin, spans)
  await runs.store.drained()
}

test('processes that share a machine are told apart by their numbers, and each may start cold', async () => {
  const host = { 'host.name': 'shop-1' }
  await rolling('rolling-pid', (process) => ({ ...host, 'process.pid': process }))
  const allowed = await judged('rolling-pid', coldSeconds)
  expect(allowed.findings).toEqual([])
  expect(allowed.verdict).not.toBe('rollback')
  const [spot] = allowed.blindSpots.filter(({ kind }) => kind === 'warm-up')
  expect(spot?.title).toContain('of an instance')
  expect(spot?.detail).not.toContain('cannot be told apart')
}, 60_000)
