/** The engine stands still: what comes is taken as far as the spool goes, memory stays flat, and everything is stored later. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { testStore } from '../store/test-store.ts'

const mebibyte = 2 ** 20
const maxBytes = 96 * mebibyte

test('a flood of one signal with a standing engine: bounded, refused when full, fair, and stored afterwards', async () => {
  const { store, stored, send } = await testStore(await temporaryFolder(), {
    spool: { maxBytes, maxSegmentBytes: 8 * mebibyte, frameMemory: 16 * mebibyte },
  })
  const pid = store.health().engine.pid ?? -1
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => resume(pid))

  let number = 0
  const flood = async (): Promise<string> => {
    const body = { stringValue: 'x'.repeat(20_000) + number++ }
    const logRecords = Array.from({ length: 40 }, () => ({ body }))
    const json = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
    try {
      await store.ingest('logs', `flood ${number}`, (batch) =>
        decodeExport('logs', 'json', Buffer.from(json), batch),
      )
      return 'accepted'
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error)
    }
  }
  const untilFull = async (): Promise<number> => {
    for (let accepted = 0; ; accepted++) {
      const answers = await Promise.all(Array.from({ length: 8 }, flood))
      if (answers.includes('SPOOL_FULL')) return accepted
      expect(new Set(answers)).toEqual(new Set(['accepted']))
    }
  }
  await Promise.all(Array.from({ length: 8 }, flood))
  const before = process.memoryUsage().rss
  expect(await untilFull()).toBeGreaterThan(3)
  const full = process.memoryUsage().rss
  // open batches, frames kept and the segment that is being inserted; not the spool
  expect(full - before).toBeLessThan(250 * mebibyte)
  for (let i = 0; i < 100; i++) expect(await flood()).toBe('SPOOL_FULL')
  const health = store.health().spool
  expect(health.bytes).toBeLessThan(maxBytes)
  expect(health.refusedRequests).toBeGreaterThanOrEqual(100)
  // the others still have their share
  await send([{ number: 1 }])

  resume(pid)
  const { traces, logs } = store.health().received
  expect(traces).toBe(1)
  await store.drained()
  expect(await stored()).toEqual([1])
  const [row] = await store.query<{ n: number }>('SELECT count() AS n FROM aftergreen.logs')
  expect(row?.n).toBe(logs)
  expect(await flood()).toBe('accepted')
}, 120_000)

test('while a backlog is stored, what comes in is seen within seconds', async () => {
  const { store, send } = await testStore(await temporaryFolder(), {
    spool: { maxSegmentBytes: 20_000, maxSegmentAge: 50 },
  })
  const pid = store.health().engine.pid ?? -1
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => resume(pid))
  for (let number = 0; number < 60; number++) {
    await send([{ number, attributes: { text: 'x'.repeat(20_000) } }])
  }
  const backlog = store.health().spool.files
  expect(backlog).toBeGreaterThan(40)
  resume(pid)
  await send([{ number: 1000 }])
  const isThere = async (): Promise<boolean> => {
    const sql = "SELECT count() AS n FROM aftergreen.spans WHERE name = 'span 1000'"
    return (await store.query<{ n: number }>(sql))[0]?.n === 1
  }
  while (!(await isThere())) await sleep(10)
  expect(store.health().spool.files).toBeGreaterThan(backlog / 4)
  await store.drained()
}, 60_000)

function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // it is gone
  }
}
