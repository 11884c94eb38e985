import { expect, test } from 'vitest'
import { decodeExport } from '../../otlp/decode-export.ts'
import { exportRequest } from '../../../test/store/export-request.ts'
import { encodeNative } from '../native/encode-native.ts'
import { initialLayout } from '../tables/table-layout.ts'
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts'
import type { Frame } from './segment-format.ts'

function commits(options: Partial<GroupCommitOptions> = {}) {
  const frames: Frame[] = []
  const commit = new GroupCommit({
    signal: 'traces',
    encode: (batch) => encodeNative(batch, initialLayout('traces')),
    append: async (_, frame) => void frames.push(frame),
    linger: 20,
    maxBatchBytes: 1_000_000,
    ...options,
  })
  const send = (number: number) => {
    const body = exportRequest([{ number }])
    return commit.add(`hash ${number}`, (batch) => decodeExport('traces', 'protobuf', body, batch))
  }
  return { commit, frames, send }
}

test('requests that come together are one frame', async () => {
  const { frames, send } = commits()
  const outcomes = await Promise.all([send(1), send(2), send(3)])
  expect(outcomes.map(({ accepted }) => accepted)).toEqual([1, 1, 1])
  expect(frames.map(({ rows, hashes }) => ({ rows, hashes }))).toEqual([
    { rows: 3, hashes: ['hash 1', 'hash 2', 'hash 3'] },
  ])
})

test('nobody is told before the frame is on disk; what comes meanwhile is the next frame', async () => {
  const written = Promise.withResolvers<void>()
  const frames: Frame[] = []
  const { commit, send } = commits({
    append: async (_, frame) => {
      frames.push(frame)
      await written.promise
    },
  })
  let told = 0
  const first = send(1).then(() => told++)
  const flushed = commit.flush()
  await new Promise((resolve) => setTimeout(resolve, 50))
  const second = send(2).then(() => told++)
  expect(told).toBe(0)
  written.resolve()
  await Promise.all([first, second, flushed])
  expect(frames.map(({ rows }) => rows)).toEqual([1, 1])
})

test('a request without rows writes nothing', async () => {
  const { frames, commit } = commits()
  const body = exportRequest([])
  await commit.add('empty', (batch) => decodeExport('traces', 'protobuf', body, batch))
  await commit.flush()
  expect(frames).toEqual([])
})

test('a request that fails half-way leaves nothing behind', async () => {
  const { frames, commit, send } = commits()
  const good = send(1)
  const bad = commit.add('bad', (batch) => {
    decodeExport('traces', 'protobuf', exportRequest([{ number: 7 }, { number: 8 }]), batch)
    throw new Error('broken')
  })
  await expect(bad).rejects.toThrow('broken')
  await good
  expect(frames.map(({ rows, hashes }) => ({ rows, hashes }))).toEqual([
    { rows: 1, hashes: ['hash 1'] },
  ])
})

test('when the disk refuses, everyone who waits hears of it, and the next commit is a new one', async () => {
  let refusals = 1
  const frames: Frame[] = []
  const { send } = commits({
    append: async (_, frame) => {
      if (refusals-- > 0) throw new Error('no space')
      frames.push(frame)
    },
  })
  const outcomes = await Promise.allSettled([send(1), send(2)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await send(3)
  expect(frames.map(({ hashes }) => hashes)).toEqual([['hash 3']])
})

test('a batch does not grow beyond its size while the disk is slow', async () => {
  const sizes: number[] = []
  const { send } = commits({
    maxBatchBytes: 3000,
    append: async (_, frame) => {
      sizes.push(frame.rows)
      await new Promise((resolve) => setTimeout(resolve, 5))
    },
  })
  await Promise.all(Array.from({ length: 200 }, (_, number) => send(number)))
  expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(200)
  expect(Math.max(...sizes)).toBeLessThan(60)
})
