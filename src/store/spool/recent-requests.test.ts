import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { RecentRequests } from './recent-requests.ts'

let folder = ''
const minute = 60_000

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

test('a request is known for 15 minutes', async () => {
  const recent = await RecentRequests.open(folder)
  recent.add('new')
  recent.add('14 minutes ago', Date.now() - 14 * minute)
  recent.add('16 minutes ago', Date.now() - 16 * minute)
  expect(recent.has('new')).toBe(true)
  expect(recent.has('14 minutes ago')).toBe(true)
  expect(recent.has('16 minutes ago')).toBe(false)
  expect(recent.has('never')).toBe(false)
})

test('it is known after a restart, also behind a line that was cut off', async () => {
  const before = await RecentRequests.open(folder)
  await before.persist([{ time: Date.now(), hashes: ['a', 'b'] }])
  const [file = ''] = await readdir(folder)
  await appendFile(path.join(folder, file), `${Date.now()} cut`)
  await before.persist([{ time: Date.now(), hashes: ['c'] }])
  const after = await RecentRequests.open(folder)
  expect(['a', 'b', 'c', 'cut off'].map((hash) => after.has(hash))).toEqual([
    true,
    true,
    true,
    false,
  ])
})

test('old files are deleted', async () => {
  await writeFile(path.join(folder, '1.requests'), '\n1000 old\n')
  const recent = await RecentRequests.open(folder)
  expect(recent.has('old')).toBe(false)
  expect(await readdir(folder)).toEqual([])
})

test('at most so many are remembered, the newest', async () => {
  const recent = await RecentRequests.open(folder, 2)
  for (const hash of ['a', 'b', 'c']) recent.add(hash)
  expect(['a', 'b', 'c'].map((hash) => recent.has(hash))).toEqual([false, true, true])
})
