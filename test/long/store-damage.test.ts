import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ColumnBatch } from '../../src/otlp/column-batch.ts'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { encodeNative } from '../../src/store/native/encode-native.ts'
import { type Frame, frameHead, segmentHeader } from '../../src/store/spool/segment-format.ts'
import { initialLayout } from '../../src/store/tables/table-layout.ts'
import { expect, test } from 'vitest'
import { exportRequest, type TestSpan } from '../store/export-request.ts'
import { until } from '../store/processes.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { testStore } from '../store/test-store.ts'

const columns = encode([]).columns

function encode(spans: readonly TestSpan[]): { columns: string[]; bytes: Uint8Array } {
  const batch = new ColumnBatch('traces')
  decodeExport('traces', 'protobuf', exportRequest(spans), batch)
  return encodeNative(batch, initialLayout('traces'))
}

function frame(number: number, time?: number): Frame {
  const { bytes } = encode([time === undefined ? { number } : { number, time }])
  return { time: Date.now(), hashes: [`hash ${number}`], rows: 1, block: bytes }
}

function segment(frames: readonly Frame[], names: readonly string[] = columns): Buffer {
  const header = segmentHeader({ signal: 'traces', columns: names })
  return Buffer.concat([header, ...frames.flatMap((one) => [frameHead(one), one.block])])
}

/** A data folder as a killed process leaves it. */
async function folderWith(segments: Readonly<Record<string, Buffer>>): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(path.join(folder, 'spool'))
  for (const [name, bytes] of Object.entries(segments)) {
    await writeFile(path.join(folder, 'spool', `${name}-traces.segment`), bytes)
  }
  return folder
}

test('what is cut off is dropped, what is damaged is set aside, and neither blocks the rest', async () => {
  const damaged = segment([frame(4), frame(5)])
  damaged.write('wrong', damaged.length - 10)
  const folder = await folderWith({
    '1-cut-header': segment([]).subarray(0, 12),
    '2-cut-frame': Buffer.concat([segment([frame(1)]), frameHead(frame(2))]),
    '3-nonsense': Buffer.from('this is no segment, but it is long enough to be one'),
    '4-damaged': damaged,
    '5-whole': segment([frame(6)]),
  })
  const { store, stored, lines } = await testStore(folder)
  await store.drained()
  expect(await stored()).toEqual([1, 4, 6])
  const aside = ['3-nonsense-traces.segment', '4-damaged-traces.segment']
  expect((await readdir(path.join(folder, 'spool', 'rejected'))).toSorted()).toEqual(aside)
  expect(store.health().spool).toMatchObject({
    files: 0,
    rejectedFiles: 2,
    lastRejection: 'it is damaged',
  })
  expect(lines.filter((line) => line.includes('set aside')).length).toBe(2)
})

test('rows that the engine refuses for good are set aside, the others of their segment are stored', async () => {
  const nonsense = { ...frame(2), block: Buffer.from('not a block at all') }
  const folder = await folderWith({
    '1-mixed': segment([frame(1), nonsense, frame(3)]),
    '2-nonsense': segment([nonsense]),
    '3-whole': segment([frame(5)]),
  })
  const { store, stored } = await testStore(folder)
  await store.drained()
  expect(await stored()).toEqual([1, 3, 5])
  expect(store.health().spool.rejectedFiles).toBe(2)
  expect(store.health().spool.lastRejection).toContain('Cannot read all data')
})

test('a segment that was inserted before the process died is not inserted again', async () => {
  // over several days: several parts, each of which must be recognised
  const days = [1, 2, 3].map((day) => frame(day, Date.now() - day * 86_400_000))
  const bytes = segment([...days, frame(4)])
  const folder = await folderWith({ '1-same': bytes })
  const before = await testStore(folder)
  await before.store.drained()
  await before.store.close()
  await writeFile(path.join(folder, 'spool', '1-same-traces.segment'), bytes)
  const same = segment([frame(5)])
  // its name decides, not what is in it: other rows may look the same
  await writeFile(path.join(folder, 'spool', '2-other-traces.segment'), same)
  await writeFile(path.join(folder, 'spool', '3-other-traces.segment'), same)
  const after = await testStore(folder)
  await after.store.drained()
  expect(await after.stored()).toEqual([1, 2, 3, 4, 5, 5])
})

test('rows of too many days for one insert are set aside, and do not block the others', async () => {
  const days = Array.from({ length: 1200 }, (_, day) => ({
    number: 10,
    time: Date.UTC(1990, 0, 1) + day * 86_400_000,
  }))
  const scattered = { ...frame(2), rows: days.length, block: encode(days).bytes }
  const folder = await folderWith({ '1-mixed': segment([frame(1), scattered, frame(3)]) })
  const { store, stored } = await testStore(folder)
  await store.drained()
  expect(await stored()).toEqual([1, 3])
  expect(store.health().spool.lastRejection).toContain('Too many partitions')
})

test('tables that are gone are waited for, not given up', async () => {
  const { store, send, stored } = await testStore(await temporaryFolder())
  await store.query('RENAME TABLE aftergreen.spans TO aftergreen.away', {}, { as: 'admin' })
  await send([{ number: 1 }])
  await until(() => store.health().spool.lag > 2)
  expect(store.health().spool).toMatchObject({ files: 1, rejectedFiles: 0 })
  await store.query('RENAME TABLE aftergreen.away TO aftergreen.spans', {}, { as: 'admin' })
  await store.drained()
  expect(await stored()).toEqual([1])
})

test('a torn line in the list of stored requests hides no other', async () => {
  const folder = await temporaryFolder()
  const before = await testStore(folder)
  const spans = [{ number: 1, time: Date.now() }]
  await before.send(spans)
  await before.store.close()
  const requests = path.join(folder, 'spool', 'requests')
  const [file = ''] = await readdir(requests)
  expect(await readFile(path.join(requests, file), 'utf8')).toMatch(/^\n\d+ [0-9a-f]{40} 1\n$/)
  await appendFile(path.join(requests, file), '17000')
  const after = await testStore(folder)
  expect((await after.send(spans)).duplicate).toBe(true)
})
