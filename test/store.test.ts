import { expect, test } from 'vitest'
import { AftergreenError } from '../src/errors.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import type { Store } from '../src/store/store.ts'
import { exportRequest, senderSpans } from './store/export-request.ts'
import { killNow, startSender, until } from './store/processes.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

test('what was acknowledged can be asked for', async () => {
  const { store, send, stored } = await testStore(await temporaryFolder())
  const attributes = { 'http.route': '/pay', 'shop.plan': 'gold', 'shop.cart': 3 }
  const answer = await send([{ number: 1, attributes }, { number: 2 }])
  expect(answer).toEqual({
    outcome: { accepted: 2, rejected: 0, errorMessage: '' },
    duplicate: false,
  })
  await store.drained()
  expect(await stored()).toEqual([1, 2])
  const select = [
    `${store.attribute('traces', 'http.route', 'string')} AS promoted`,
    `${store.attribute('traces', 'shop.plan', 'string')} AS plan`,
    `${store.attribute('traces', 'shop.cart', 'int')} AS cart`,
    `${store.attribute('traces', 'service.name', 'string')} AS service`,
    `${store.attribute('traces', "it's \\ odd", 'bool')} AS odd`,
  ]
  const sql = `SELECT ${select.join(', ')} FROM ${store.database}.spans WHERE name != {name: String} ORDER BY name`
  expect(await store.query(sql, { name: 'x' })).toEqual([
    { promoted: '/pay', plan: 'gold', cart: 3, service: 'shop', odd: null },
    { promoted: null, plan: null, cart: null, service: 'shop', odd: null },
  ])
  expect(await store.queryColumns(sql, { name: 'span 2' })).toMatchObject({
    rows: 1,
    columns: { promoted: ['/pay'], cart: [3] },
  })
  expect(store.health()).toMatchObject({
    engine: { kind: 'embedded', state: 'ready', restarts: 0, problem: '' },
    spool: { files: 0, bytes: 0, lag: 0, rejectedFiles: 0 },
    received: { traces: 2, logs: 0, metrics: 0 },
    stored: { traces: 2, logs: 0, metrics: 0 },
  })
})

test('a resent request is stored once, also at the same time and after a restart', async () => {
  const folder = await temporaryFolder()
  const spans = [{ number: 1, time: Date.now() }]
  const before = await testStore(folder)
  const together = await Promise.all([before.send(spans), before.send(spans)])
  expect(together.map(({ duplicate }) => duplicate)).toEqual([false, true])
  const again = { outcome: together[0]?.outcome, duplicate: true }
  expect(await before.send(spans)).toEqual(again)
  await before.store.drained()
  expect(await before.send(spans)).toEqual(again)
  await before.store.close()

  const after = await testStore(folder)
  expect(await after.send(spans)).toEqual(again)
  await after.store.drained()
  expect(await after.stored()).toEqual([1])
})

test('a request that was kept in part is answered the same way again', async () => {
  const folder = await temporaryFolder()
  const outcome = { accepted: 1, rejected: 2, errorMessage: '2 of 3 rejected: no trace id' }
  const body = exportRequest([{ number: 1 }])
  const ingest = (store: Store) =>
    store.ingest('traces', 'a-hash', (batch) => {
      decodeExport('traces', 'protobuf', body, batch)
      return outcome
    })
  const before = await testStore(folder)
  expect(await ingest(before.store)).toEqual({ outcome, duplicate: false })
  expect(await ingest(before.store)).toEqual({ outcome, duplicate: true })
  await before.store.close()
  const after = await testStore(folder)
  expect(await ingest(after.store)).toEqual({ outcome, duplicate: true })
  expect(await after.stored()).toEqual([1])
})

test('of two equal requests at the same moment, the second is not told that it is kept when the first fails', async () => {
  const { store, stored } = await testStore(await temporaryFolder())
  const body = exportRequest([{ number: 1 }])
  const ingest = (fails: boolean) =>
    store.ingest('traces', 'same', (batch) => {
      if (fails) throw new AftergreenError('OTLP_BUSY', 'not now')
      return decodeExport('traces', 'protobuf', body, batch)
    })
  const both = await Promise.allSettled([ingest(true), ingest(false)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect((await ingest(false)).duplicate).toBe(false)
  await store.drained()
  expect(await stored()).toEqual([1])
})

test('a request of a killed process is known again, although its rows were not stored yet', async () => {
  const folder = await temporaryFolder()
  const sender = await startSender(folder, 0, 600_000)
  await until(() => sender.acknowledged.length > 100)
  await killNow(sender.process)
  const { store, send, stored } = await testStore(folder)
  const firsts = sender.acknowledged.filter((number) => number % 7 === 0)
  const again = await Promise.all(firsts.map((first) => send(senderSpans(first))))
  expect(again.filter(({ duplicate }) => !duplicate)).toEqual([])
  await store.drained()
  expect(new Set(await stored()).size).toBe((await stored()).length)
})

test('a malformed request leaves the others of its batch unharmed', async () => {
  const { store, send, stored } = await testStore(await temporaryFolder())
  const good = send([{ number: 1 }])
  const bad = store.ingest('traces', 'bad', () => {
    throw new AftergreenError('OTLP_MALFORMED', 'not OTLP')
  })
  const later = send([{ number: 2 }])
  await expect(bad).rejects.toMatchObject({ code: 'OTLP_MALFORMED' })
  await Promise.all([good, later])
  await store.drained()
  expect(await stored()).toEqual([1, 2])
})

test('the spool takes what the engine does not, up to its budget', async () => {
  const { store, send, stored } = await testStore(await temporaryFolder(), {
    // the engine gets nothing meanwhile
    spool: { maxBytes: 20_000, maxSegmentAge: 600_000 },
  })
  let accepted = 0
  const fill = async (): Promise<void> => {
    for (; accepted < 1000; accepted++) await send([{ number: accepted }])
  }
  await expect(fill()).rejects.toMatchObject({ code: 'SPOOL_FULL' })
  expect(accepted).toBeGreaterThan(0)
  await store.drained()
  expect((await stored()).length).toBe(accepted)
  await send([{ number: 2000 }])
})
