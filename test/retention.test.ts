import { expect, test } from 'vitest'
import { daysAgo, opened, retentionOf, round, sendEach } from './retention/rounds.ts'
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

test('a store that is opened without a policy drops nothing', async () => {
  const { store, send } = await testStore(await temporaryFolder())
  await send([{ number: 1, time: 1 }])
  await store.drained()
  expect(retentionOf({ store })).toMatchObject({ lastRun: null, days: { traces: null } })
})
