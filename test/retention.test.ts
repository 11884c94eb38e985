import { expect, test } from 'vitest'
import { daysAgo, opened, retentionOf, round, sendEach } from './retention/rounds.ts'
import { until } from './store/processes.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

test('days that are too old are dropped and counted, also those of broken clocks; the rest stays', async () => {
  const folder = await temporaryFolder()
  const test = await opened(folder)
  await sendEach(test, [
    { number: 1, time: daysAgo(0) },
    { number: 2, time: daysAgo(13) },
    { number: 3, time: daysAgo(16) },
    { number: 4, time: 1 },
    { number: 5, time: Date.UTC(2100, 0, 1) },
  ])
  await round(test)
  // a day of the future counts as old as its first row has been here
  expect(await test.stored()).toEqual([1, 2, 5])
  const health = retentionOf(test)
  expect(health).toMatchObject({ droppedRows: { traces: 2, logs: 0, metrics: 0 }, problem: '' })
  expect(health.droppedBytes.traces).toBeGreaterThan(1000)
  expect(health.oldest.traces).toBe(
    `${new Date(daysAgo(13)).toISOString().slice(0, 10)}T00:00:00.000Z`,
  )
  expect(test.lines.join('\n')).toMatch(/dropped \d rows of traces \(too old\)/)
  // what arrives too old goes with the next round
  await test.send([{ number: 6, time: daysAgo(300) }])
  await test.store.drained()
  await round(test)
  expect(await test.stored()).toEqual([1, 2, 5])
  expect(retentionOf(test).droppedRows.traces).toBe(3)
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

test('a store that is opened without a policy drops nothing', async () => {
  const { store, send } = await testStore(await temporaryFolder())
  await send([{ number: 1, time: 1 }])
  await store.drained()
  expect(retentionOf({ store })).toMatchObject({ lastRun: null, days: { traces: null } })
})
