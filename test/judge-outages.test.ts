import { expect, test } from 'vitest'
import { AftergreenError } from '../src/errors.ts'
import type { Store } from '../src/store/store.ts'
import { released } from './judge/released.ts'
import { watchedService } from './judge/watched-service.ts'
import { until } from './store/processes.ts'
import { emptiedStore } from './judge/emptied-store.ts'

let store: Store
emptiedStore((opened) => {
  store = opened
})

test('while nobody can look: hold with the reason, and back once somebody can', async () => {
  let down = false
  const lost = new AftergreenError('ENGINE_UNAVAILABLE', 'The engine is not running.')
  const breakable: Store = {
    ...store,
    query: (...query) => (down ? Promise.reject(lost) : store.query(...query)),
    queryColumns: (...query) => (down ? Promise.reject(lost) : store.queryColumns(...query)),
  }
  const watched = await watchedService(breakable)
  const id = await released(watched)
  const before = await watched.verdict(id, ({ evidencePlan }) =>
    evidencePlan.some(({ state }) => state === 'met'),
  )
  down = true
  const unseen = await watched.verdict(id, ({ evidencePlan }) => evidencePlan.length === 0)
  expect(unseen).toMatchObject({
    verdict: 'hold',
    phase: 'watching',
    headline: 'Hold checkout 2.0.0: the judge could not look at the telemetry.',
    blindSpots: [{ kind: 'telemetry-gap' }],
  })
  down = false
  const back = await watched.verdict(id, ({ evidencePlan }) => evidencePlan.length > 0)
  expect(back.evidencePlan.length).toBe(before.evidencePlan.length)
  expect(watched.lines.join('\n')).toContain('The engine is not running.')
})

test('proof of harm stays while nobody can look', async () => {
  let down = false
  const breakable: Store = {
    ...store,
    query: (...query) =>
      down ? Promise.reject(new Error('the engine is gone')) : store.query(...query),
  }
  const watched = await watchedService(breakable)
  const id = await released(watched, { faulty: true })
  const { evaluatedAt } = await watched.verdict(id, ({ verdict }) => verdict === 'rollback')
  down = true
  const failures = (): number =>
    watched.lines.filter((line) => line.includes('could not be judged')).length
  await until(() => failures() >= 2, 60_000)
  expect(await watched.service.verdict(id)).toMatchObject({ verdict: 'rollback' })
  expect((await watched.service.history(id)).at(-1)).toMatchObject({ verdict: 'rollback' })
  expect(Date.parse(evaluatedAt)).toBeLessThanOrEqual(watched.now())
})

test('the engine is killed: the judge goes on when it is back', async () => {
  const watched = await watchedService(store)
  const id = await released(watched)
  await watched.verdict(id, ({ evidencePlan }) => evidencePlan.length > 0)
  const { restarts, pid } = store.health().engine
  process.kill(pid!, 'SIGKILL')
  await until(() => store.health().engine.restarts > restarts, 60_000)
  const after = await watched.verdict(id, ({ evidencePlan }) => evidencePlan.length > 0)
  expect(after.verdict).not.toBe('rollback')
  expect((await watched.service.evidence(id)).dashboard.baseline.requests).toBeGreaterThan(3800)
})
