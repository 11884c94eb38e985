import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { defaultRetention } from '../../src/store/retention/retention-policy.ts'
import { daysAgo, opened, retentionOf, round, sendEach } from '../retention/rounds.ts'
import { until } from '../store/processes.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

test('a day of the future goes when its first row has been here too long', async () => {
  const folder = await temporaryFolder()
  const test = await opened(folder, { age: { ...defaultRetention.age, traces: 1500 } })
  await sendEach(test, [{ number: 1, time: Date.UTC(2100, 0, 1) }, { number: 2 }])
  await sleep(1600)
  await round(test)
  expect(await test.stored()).toEqual([2])
})

test('an engine that does not answer is a problem that passes', async () => {
  const folder = await temporaryFolder()
  const test = await opened(folder)
  await round(test)
  process.kill(test.store.health().engine.pid!, 'SIGKILL')
  await until(() => test.store.health().engine.restarts > 0)
  await test.send([{ number: 1, time: daysAgo(30) }])
  await test.store.drained()
  await round(test)
  expect(await test.stored()).toEqual([])
  expect(retentionOf(test).problem).toBe('')
})

test('for a budget the oldest parts go, and the latest hour never does', async () => {
  const folder = await temporaryFolder()
  const first = await opened(folder, { budget: 'unlimited' })
  const filler = { text: Array.from({ length: 4000 }, () => Math.random().toString(36)).join('') }
  const spans = [3, 2, 1, 0].map((days, number) => ({
    number,
    time: daysAgo(days),
    attributes: filler,
  }))
  await sendEach(first, spans)
  await round(first)
  expect(await first.stored()).toEqual([0, 1, 2, 3])
  const [size] = await first.store.query<{ bytes: number }>(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = 'spans'`,
    {},
    { as: 'admin' },
  )
  await first.store.close()

  // two of four fit
  const second = await opened(folder, { signalBudgets: { traces: { bytes: size!.bytes * 0.6 } } })
  await until(async () => (await second.stored()).length < 4)
  await round(second)
  expect(await second.stored()).toEqual([2, 3])
  expect(retentionOf(second)).toMatchObject({ problem: '', shortened: ['traces'] })
  await second.store.close()

  // nothing fits
  const third = await opened(folder, { budget: { bytes: 1 } })
  await until(async () => (await third.stored()).length < 2)
  await round(third)
  expect(await third.stored()).toEqual([3])
  expect(retentionOf(third).problem).toMatch(
    /^The disk budget is exceeded by 1 MB of rows that are younger/,
  )
  await third.send([{ number: 9 }])
  await third.store.drained()
  await round(third)
  expect(await third.stored()).toEqual([3, 9])
})
