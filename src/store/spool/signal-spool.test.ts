import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Frame, readSegment } from './segment-format.ts'
import { SignalSpool } from './signal-spool.ts'

let folder = ''
const columns = ['time']

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

function open(limits: { maxSegmentBytes?: number; maxSegmentAge?: number } = {}) {
  return SignalSpool.open({
    folder,
    signal: 'traces',
    maxSegmentBytes: 1_000_000,
    maxSegmentAge: 600_000,
    ...limits,
  })
}

function frame(hash: string, size = 10): Frame {
  return { time: Date.now(), hashes: [hash], rows: 1, block: Buffer.alloc(size, hash) }
}

async function hashesOf(file: string): Promise<string[]> {
  return readSegment(await readFile(file)).frames.flatMap(({ hashes }) => [...hashes])
}

const forever = new AbortController().signal

test('frames that come together are one segment, in order', async () => {
  const spool = await open()
  await Promise.all(['a', 'b', 'c'].map((hash) => spool.append(columns, frame(hash))))
  await spool.seal()
  const segment = await spool.next(forever)
  expect(await hashesOf(segment?.file ?? '')).toEqual(['a', 'b', 'c'])
  expect(segment?.rows).toBe(3)
  expect(spool.files).toBe(1)
})

test('a segment ends when it is large, and when its columns change', async () => {
  const spool = await open({ maxSegmentBytes: 1000 })
  await spool.append(columns, frame('a', 2000))
  await spool.append(columns, frame('b'))
  await spool.append(['time', 'name'], frame('c'))
  await spool.seal()
  const segments = spool.left
  expect(await Promise.all(segments.map(({ file }) => hashesOf(file)))).toEqual([
    ['a'],
    ['b'],
    ['c'],
  ])
  expect(new Set(segments.map(({ name }) => name)).size).toBe(3)
})

test('a segment is due when it is old enough, and never while it is empty', async () => {
  const spool = await open({ maxSegmentAge: 100 })
  const waiting = spool.next(forever)
  const since = performance.now()
  await spool.append(columns, frame('a'))
  expect((await waiting)?.rows).toBe(1)
  expect(performance.now() - since).toBeGreaterThan(80)
})

test('waiting ends when it is stopped', async () => {
  const spool = await open()
  const stop = new AbortController()
  const waiting = spool.next(stop.signal)
  stop.abort()
  expect(await waiting).toBeUndefined()
})

test('a new process finds what is left, and of a frame that was cut off nothing', async () => {
  const before = await open()
  await before.append(columns, frame('a'))
  const [name = ''] = await readdir(folder)
  await appendFile(path.join(folder, name), 'FRAM\u0001')
  const after = await open()
  expect(after.bytes).toBeGreaterThan(0)
  const segment = await after.next(forever)
  expect(await hashesOf(segment?.file ?? '')).toEqual(['a'])
})

test('drained waits for the segments that are there, and for no later ones', async () => {
  const spool = await open()
  await spool.append(columns, frame('a'))
  let done = false
  const drained = spool.drained().then(() => (done = true))
  const segment = await spool.next(forever)
  await spool.append(columns, frame('b'))
  expect(done).toBe(false)
  if (segment) spool.remove(segment)
  await drained
  expect(spool.files).toBe(1)
})

test('a frame that cannot be written leaves the ones before it', async () => {
  const spool = await open()
  await spool.append(columns, frame('a'))
  // not bytes: the write itself fails
  const broken = { ...frame('b'), block: { length: 5 } as Uint8Array }
  await expect(spool.append(columns, broken)).rejects.toMatchObject({
    code: 'ERR_INVALID_ARG_TYPE',
  })
  await spool.append(columns, frame('c'))
  await spool.seal()
  const kept = await Promise.all(spool.left.map(({ file }) => hashesOf(file)))
  expect(kept.flat()).toEqual(['a', 'c'])
})
