import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReleaseService } from '../../src/releases/open-release-service.ts'
import { began, edgeRuns, type EdgeRuns } from '../judge/edge-runs.ts'

let runs: EdgeRuns
let service: Awaited<ReturnType<typeof openReleaseService>>

beforeAll(async () => {
  runs = await edgeRuns()
  service = await openReleaseService({
    store: runs.store,
    dataFolder: runs.folder,
    baseUrl: 'http://127.0.0.1:4319',
    judge: { everySeconds: 0.5, blockSeconds: 1, lagSeconds: 1 },
    log: () => {},
    now: Date.now,
  })
})

afterAll(async () => {
  await service.close()
  await runs.close()
})

test('two releases of the past that overlap: each has its own verdict, watched and replayed', async () => {
  const environment = 'production'
  const share = (isCandidate: boolean): number => (isCandidate ? 0.85 : 0.1)
  await runs.send({ environment, traces: 1000, payment: { share, failing: 0.5 } })
  const startedAt = new Date(began).toISOString()
  const start = async (name: string, version: string): Promise<string> => {
    const release = { service: name, version, environment, startedAt }
    return (await service.start(release)).id
  }
  const checkout = await start('checkout', '2.0.0')
  // before anybody knows of the other one; what is found then belongs to this one
  await expect
    .poll(async () => (await service.verdict(checkout)).verdict, { timeout: 60_000 })
    .toBe('rollback')
  const payment = await start('payment', '5.1.0')
  await expect
    .poll(async () => (await service.verdict(payment)).verdict, { timeout: 60_000 })
    .toBe('rollback')
  const belongs = { release: payment, certainty: 'attributed' }
  await expect
    .poll(async () => (await service.verdict(checkout)).findings[0]?.attributedTo, {
      timeout: 60_000,
    })
    .toMatchObject(belongs)
  expect((await service.verdict(checkout)).verdict).toBe('hold')
  const options = { onEvent: () => {}, stop: new AbortController().signal }
  const replay = await service.replay(checkout, { everySeconds: 20 }, options)
  expect(replay).toMatchObject({ caught: null, verdict: { verdict: 'hold' } })
  expect(replay.verdict!.findings[0]!.attributedTo).toMatchObject(belongs)
  const other = await service.replay(payment, { everySeconds: 20 }, options)
  expect(other.caught).not.toBeNull()
})
