/** An insert of which nobody knows whether it has happened: the answer is in the rows, not in the engine's memory. */
import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import { encodeNative } from '../src/store/native/encode-native.ts'
import { mendParts } from '../src/store/spool/mend-parts.ts'
import { frameHead, segmentHeader } from '../src/store/spool/segment-format.ts'
import { initialLayout } from '../src/store/tables/table-layout.ts'
import { exportRequest } from './store/export-request.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

const day = 86_400_000
const noon = Math.floor(Date.now() / day) * day - day / 2

/** A segment with a span on each of the last days, as the product writes it: numbers 1, 2, 3 ... */
function segment(days: number): Buffer {
  const batch = new ColumnBatch('traces')
  const spans = Array.from({ length: days }, (_, i) => ({ number: i + 1, time: noon - i * day }))
  decodeExport('traces', 'protobuf', exportRequest(spans), batch)
  const { columns, bytes } = encodeNative(batch, initialLayout('traces'))
  const block = Buffer.from(bytes)
  const frame = { time: Date.now(), hashes: ['a'], rows: days, block }
  return Buffer.concat([
    segmentHeader({ signal: 'traces', columns, marked: true }),
    frameHead(frame),
    block,
  ])
}

const name = '000000000000001-abc-traces'

async function leave(folder: string, bytes: Buffer): Promise<void> {
  await mkdir(path.join(folder, 'spool'), { recursive: true })
  await writeFile(path.join(folder, 'spool', `${name}.segment`), bytes)
}

/** As after a power failure: the parts were synced, the engine's list of inserts was not. */
async function forgetInserts(folder: string): Promise<void> {
  const engine = path.join(folder, 'engine')
  const lists = (await readdir(engine, { recursive: true })).filter((file) =>
    file.endsWith('deduplication_logs'),
  )
  expect(lists.length).toBeGreaterThan(0)
  for (const list of lists) await rm(path.join(engine, list), { recursive: true, force: true })
}

test('stored, but the engine does not know of it any more: not stored again', async () => {
  const folder = await temporaryFolder()
  const bytes = segment(3)
  await leave(folder, bytes)
  const before = await testStore(folder)
  await before.store.drained()
  await before.store.close()
  await forgetInserts(folder)
  await leave(folder, bytes)
  const after = await testStore(folder)
  await after.store.drained()
  expect(await after.stored()).toEqual([1, 2, 3])
  expect(after.store.health().spool).toMatchObject({ files: 0, rejectedFiles: 0 })
})

test('stored in part, and the engine does not know of it: the rest is stored', async () => {
  const folder = await temporaryFolder()
  const bytes = segment(3)
  await leave(folder, bytes)
  const before = await testStore(folder)
  await before.store.drained()
  const missing = new Date(noon - day).toISOString().slice(0, 10)
  const drop = `ALTER TABLE aftergreen.spans DROP PARTITION '${missing}'`
  await before.store.query(drop, {}, { as: 'admin' }).catch(() => {})
  expect(await before.stored()).toEqual([1, 3])
  await before.store.close()
  await forgetInserts(folder)
  await leave(folder, bytes)
  const after = await testStore(folder)
  await after.store.drained()
  expect(await after.stored()).toEqual([1, 2, 3])
})

test('not stored, although the engine believes it: stored', async () => {
  const folder = await temporaryFolder()
  const bytes = segment(1)
  const before = await testStore(folder)
  await leave(folder, bytes)
  // its token is taken, as when the engine died between its list and the rows
  const columns = "INSERT INTO aftergreen.spans (name, time) SELECT 'span 7'"
  const settings = `SETTINGS insert_deduplication_token = '${name}', insert_deduplicate = 1`
  const other = `${columns}, fromUnixTimestamp64Milli(toInt64(${noon})) ${settings}`
  for (let i = 0; i < 2; i++) await before.store.query(other, {}, { as: 'admin' })
  await before.store.close()
  const after = await testStore(folder)
  await after.store.drained()
  expect(await after.stored()).toEqual([1, 7])
})

test('parts that an engine with a full disk made of nothing are dropped or unmade, and no others', async () => {
  const folder = await temporaryFolder()
  const engine = await startEmbeddedEngine({ folder, database: 'd', log: () => {} })
  onTestFinished(() => engine.close())
  const client = await engine.client('admin')
  await client.command({ query: 'CREATE DATABASE d' })
  await client.command({ query: 'CREATE TABLE d.t (n UInt64) ENGINE = MergeTree ORDER BY n' })
  for (let n = 0; n < 4; n++) {
    await client.command({ query: `INSERT INTO d.t SELECT ${n} FROM numbers(10)` })
  }
  const parts = async (): Promise<{ name: string; path: string }[]> => {
    const query = "SELECT name, path FROM system.parts WHERE active AND table = 't' ORDER BY name"
    return await (await client.query({ query, format: 'JSONEachRow' })).json()
  }
  const [first, second, third, fourth] = await parts()
  await truncate(path.join(second!.path, 'checksums.txt'))
  for (const file of await readdir(third!.path)) await truncate(path.join(third!.path, file))
  await mendParts(engine, '`d`.`t`', Date.now())
  expect(await parts()).toEqual([first, fourth])

  // the same of a merge: its sources are put back
  await client.command({ query: 'OPTIMIZE TABLE d.t FINAL' })
  const [merged] = await parts()
  expect(merged!.name).not.toBe(first!.name)
  for (const file of await readdir(merged!.path)) await truncate(path.join(merged!.path, file))
  await mendParts(engine, '`d`.`t`', Date.now())
  const query = 'SELECT toUInt32(count()) AS rows FROM d.t'
  const answer = await client.query({ query, format: 'JSONEachRow' })
  expect(await answer.json()).toEqual([{ rows: 20 }])
})
