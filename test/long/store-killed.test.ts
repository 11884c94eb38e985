import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isAlive, killNow, startSender, until } from '../store/processes.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { testStore } from '../store/test-store.ts'

const rounds = Number(process.env['AFTERGREEN_TEST_KILLS'] ?? 3)

test('the engine is killed during inserts: nothing is lost or doubled', async () => {
  const { store, send, stored } = await testStore(await temporaryFolder(), {
    spool: { maxSegmentAge: 20 },
  })
  let next = 0
  const acknowledged: number[] = []
  const sending = new AbortController()
  const senders = Array.from({ length: 4 }, async () => {
    while (!sending.signal.aborted) {
      const number = next++
      await send([{ number }])
      acknowledged.push(number)
    }
  })
  for (let round = 1; round <= rounds; round++) {
    const goal = acknowledged.length + 50
    await until(() => acknowledged.length > goal)
    await sleep(Math.random() * 100)
    const { pid } = store.health().engine
    process.kill(pid ?? -1, 'SIGKILL')
    // the engine waits up to 30 s before a restart when it dies again and again
    await until(() => {
      const { restarts, state } = store.health().engine
      return restarts === round && state === 'ready'
    }, 45_000)
  }
  sending.abort()
  await Promise.all(senders)
  await store.drained()
  expect(acknowledged.length).toBeGreaterThan(50 * rounds)
  expect(await stored()).toEqual(acknowledged.toSorted((a, b) => a - b))
})

test('the whole process is killed at any moment: every acknowledged row is there once', async () => {
  const folder = await temporaryFolder()
  const acknowledged: number[] = []
  for (let round = 0; round < rounds; round++) {
    const sender = await startSender(folder, round * 1_000_000)
    await until(() => sender.acknowledged.length > 100)
    await sleep(Math.random() * 700)
    await killNow(sender.process)
    await until(() => !isAlive(sender.enginePid), 5000)
    acknowledged.push(...sender.acknowledged)
  }
  const { store, stored } = await testStore(folder)
  await store.drained()
  const rows = await stored()
  expect(new Set(rows).size).toBe(rows.length)
  const lost = new Set(acknowledged)
  for (const number of rows) lost.delete(number)
  expect([...lost]).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(100 * rounds)
  expect(store.health().spool.rejectedFiles).toBe(0)
})
