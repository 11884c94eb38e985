import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rm,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { FrameMemory } from './frame-memory.ts'
import { type Frame, readSegment } from './segment-format.ts'
import { SignalSpool } from './signal-spool.ts'

let folder = ''
const columns = ['time']

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

function open(
  limits: { maxSegmentBytes?: number; maxSegmentAge?: number; memory?: FrameMemory } = {},
) {
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

test('what waits is counted at every moment, also while its segment ends', async () => {
  const spool = await open()
  await spool.append(columns, frame('a'))
  const state = { ended: false }
  const sealing = spool.seal().then(() => (state.ended = true))
  while (!state.ended) {
    expect([spool.files, spool.bytes > 0, spool.oldest !== undefined]).toEqual([1, true, true])
    await new Promise((resolve) => void setImmediate(resolve))
  }
  await sealing
  expect(spool.files).toBe(1)
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

test('of a backlog the newest and the oldest leave in turn', async () => {
  const spool = await open()
  for (const hash of ['a', 'b', 'c', 'd']) {
    await spool.append(columns, frame(hash))
    await spool.seal()
  }
  const order: string[] = []
  for (let i = 0; i < 4; i++) {
    const segment = await spool.next(forever)
    if (segment === undefined) break
    order.push(...(await hashesOf(segment.file)))
    spool.remove(segment)
  }
  expect(order).toEqual(['d', 'a', 'c', 'b'])
})

test('what comes in during a backlog is stored before it is through', async () => {
  const spool = await open({ maxSegmentAge: 1 })
  for (let i = 0; i < 10; i++) {
    await spool.append(columns, frame(`old ${i}`))
    await spool.seal()
  }
  await spool.append(columns, frame('new'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  const order: string[] = []
  while (!order.includes('new')) {
    const segment = (await spool.next(forever))!
    order.push(...(await hashesOf(segment.file)))
    spool.remove(segment)
  }
  expect(order.length).toBeLessThanOrEqual(2)
})

test('under load a segment waits four times as long, so that inserts are few and large', async () => {
  const spool = await open({ maxSegmentAge: 60, maxSegmentBytes: 16_000 })
  const since = performance.now()
  await spool.append(columns, frame('a', 2000))
  await spool.next(forever)
  expect(performance.now() - since).toBeGreaterThan(200)
})

test('frames stay in memory as far as there is room, all of a segment or none', async () => {
  const memory = new FrameMemory(2500)
  const spool = await open({ memory })
  await spool.append(columns, frame('a', 1000))
  await spool.seal()
  await spool.append(columns, frame('b', 1000))
  await spool.append(columns, frame('c', 1000))
  await spool.seal()
  const [first, second] = spool.left
  expect(first?.content?.frames.map(({ hashes }) => hashes)).toEqual([['a']])
  expect(second?.content).toBeUndefined()
  expect(memory.used).toBe(1000)
  spool.remove(first!)
  expect(memory.used).toBe(0)
})

test('while a file cannot be cut back nothing is accepted, and what it holds is stored when it can', async () => {
  const spool = await open({ maxSegmentAge: 20 })
  await spool.append(columns, frame('a'))
  const any = await openFile(folder, 'r')
  const handles = Object.getPrototypeOf(any) as FileHandle
  await any.close()
  // no real disk fails to order
  const truncate = vi.spyOn(handles, 'truncate').mockRejectedValue(new Error('EIO'))
  const sync = vi.spyOn(handles, 'datasync').mockRejectedValue(new Error('EIO'))
  onTestFinished(() => void vi.restoreAllMocks())
  await expect(spool.append(columns, frame('b'))).rejects.toThrow('EIO')
  sync.mockRestore()
  await expect(spool.append(columns, frame('c'))).rejects.toThrow('EIO')
  const waiting = spool.next(forever)
  let turns = 0
  const ticking = setInterval(() => turns++, 10)
  await new Promise((resolve) => setTimeout(resolve, 200))
  clearInterval(ticking)
  // others still have their turn
  expect(turns).toBeGreaterThan(5)
  expect(spool.left).toEqual([])
  truncate.mockRestore()
  const segment = await waiting
  expect(await hashesOf(segment?.file ?? '')).toEqual(['a'])
  await spool.append(columns, frame('c'))
})
