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
