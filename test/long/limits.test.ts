import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { TestSpan } from '../store/export-request.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { testStore } from '../store/test-store.ts'

test('one sender with endless keys, services and values does not hurt another', async () => {
  const { store, send } = await testStore(await temporaryFolder())
  let next = 0
  const normal = (): TestSpan[] =>
    Array.from({ length: 5 }, () => {
      const number = next++
      return { number, service: 'calm', attributes: { n: number, customer: `c-${number % 7}` } }
    })
  /** Milliseconds of every answer while `work` goes on, and at least of 40. */
  const answersDuring = async (work: Promise<void>): Promise<number[]> => {
    const times: number[] = []
    const state = { isDone: false }
    const done = work.finally(() => (state.isDone = true))
    while (!state.isDone || times.length < 40) {
      const start = performance.now()
      await send(normal())
      times.push(performance.now() - start)
      await sleep(10)
    }
    await done
    return times.toSorted((a, b) => a - b)
  }
  const p99 = (times: readonly number[]): number => times[Math.floor(times.length * 0.99)]!

  await send(normal())
  const quiet = await answersDuring(Promise.resolve())
  const memoryBefore = process.memoryUsage().rss

  let number = 1_000_000
  const noise = async (): Promise<void> => {
    for (let request = 0; request < 25; request++) {
      const keys = Array.from({ length: 400 }, (_, i) => [`k.${request}.${i}`, i] as const)
      await send([{ number: number++, service: 'keys', attributes: Object.fromEntries(keys) }])
    }
    for (let request = 0; request < 6; request++) {
      await send(
        Array.from({ length: 5000 }, () => ({ number: number++, service: `service-${number}` })),
      )
    }
    await send([
      { number: number++, service: 'values', attributes: { big: 'é'.repeat(30_000_000) } },
    ])
  }
  const noisy = await answersDuring(noise())
  const memoryAfter = process.memoryUsage().rss
  await store.drained()

  console.log(
    `p99 of ${quiet.length} answers alone ${p99(quiet).toFixed(0)} ms, of ${noisy.length} beside the noise ${p99(noisy).toFixed(0)} ms; memory ${(memoryBefore / 2 ** 20).toFixed(0)} to ${(memoryAfter / 2 ** 20).toFixed(0)} MiB; ${JSON.stringify(store.health().guard)}`,
  )
  const column = (key: string, type: 'int' | 'string' | 'json'): string =>
    store.attribute('traces', key, type)
  const rows = (condition: string): Promise<{ count: number }[]> =>
    store.query(`SELECT count() AS count FROM ${store.database}.spans WHERE ${condition}`)

  // whole: as many as were sent, each with both of its attributes and its own names
  expect(
    await rows(
      `service = 'calm' AND ${column('n', 'int')} = toUInt32OrZero(substring(name, 6)) AND ${column('customer', 'string')} = concat('c-', toString(${column('n', 'int')} % 7)) AND ${column('aftergreen.overflow', 'json')} IS NULL`,
    ),
  ).toEqual([{ count: next }])
  expect(p99(noisy)).toBeLessThan(5000 + 20 * p99(quiet))
  expect(memoryAfter - memoryBefore).toBeLessThan(900 * 2 ** 20)

  // nothing of the noise is lost
  expect(
    await store.query(
      `SELECT sum(length(JSONExtractKeys(assumeNotNull(${column('aftergreen.overflow', 'json')})))) + sum(length(mapKeys(attributes_int))) AS keys
       FROM ${store.database}.spans WHERE service = 'keys'`,
    ),
  ).toEqual([{ keys: 10_000 }])
  const originals = `uniqExact(ifNull(${column('service.name.original', 'string')}, service))`
  expect(
    await store.query(
      `SELECT ${originals} AS services, uniqExact(service) AS kept FROM ${store.database}.spans WHERE service NOT IN ('keys', 'calm') AND ifNull(${column('service.name.original', 'string')}, '') != 'values'`,
    ),
  ).toEqual([{ services: 30_000, kept: 4999 }])
  expect(
    await store.query(
      `SELECT length(${column('big', 'string')}) AS length, endsWith(${column('big', 'string')}, '...[cut: 59934464 bytes]') AS marked FROM ${store.database}.spans WHERE service = '(other)' AND ${column('service.name.original', 'string')} = 'values'`,
    ),
  ).toEqual([{ length: 65_536 + 24, marked: 1 }])
  expect(store.health().guard).toMatchObject({
    limited: {
      keysPerService: { count: 8750, service: 'keys' },
      services: { last: 'service.name', service: '(other)' },
      valueBytes: { count: 1, last: 'big', service: '(other)' },
    },
    distinct: { services: 5000 },
  })
})
