import { appendFile, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { RecentRequests } from './recent-requests.ts'

let folder = ''
const minute = 60_000
const full = (accepted: number) => ({ accepted, rejected: 0, errorMessage: '' })

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

test('a request is known for 15 minutes and not for ever, by a clock that nobody sets', async () => {
  let now = 0
  const recent = await RecentRequests.open(folder, { now: () => now })
  const known: number[] = []
  recent.add('first', full(3))
  for (; now < 40 * minute; now += 10_000) {
    // others come meanwhile
    recent.add(`at ${now}`, full(1))
    if (recent.outcome('first') !== undefined) known.push(now)
  }
  expect(known.at(-1)).toBeGreaterThanOrEqual(15 * minute)
  expect(known.at(-1)).toBeLessThan(21 * minute)
  expect(recent.outcome('never')).toBeUndefined()
  expect(recent.forgotten).toBe(0)
})

test('what was answered is known, also after a restart and behind a line that was cut off', async () => {
  const before = await RecentRequests.open(folder)
  const partial = { accepted: 5, rejected: 2, errorMessage: '2 of 7 rejected: no trace id' }
  const frame = { time: Date.now(), hashes: ['a', 'b'], outcomes: [full(7), partial] }
  before.add('b', partial)
  expect(before.outcome('b')).toEqual(partial)
  await before.persist([frame])
  const [file = ''] = await readdir(folder)
  await appendFile(path.join(folder, file), `${Date.now()} cut`)
  // as older versions wrote it, too
  await before.persist([{ time: Date.now(), hashes: ['c'] }])
  const after = await RecentRequests.open(folder)
  expect(['a', 'b', 'c', 'cut'].map((hash) => after.outcome(hash))).toEqual([
    full(7),
    partial,
    full(0),
    undefined,
  ])
})

test('files are kept through many short lives, and deleted when they are old and not the newest', async () => {
  for (let life = 0; life < 8; life++) {
    const recent = await RecentRequests.open(folder)
    await recent.persist([{ time: Date.now(), hashes: [`life-${life}`], outcomes: [full(1)] }])
  }
  const after = await RecentRequests.open(folder)
  expect(after.outcome('life-0')).toEqual(full(1))
  const hourAgo = new Date(Date.now() - 60 * minute)
  for (const name of await readdir(folder)) await utimes(path.join(folder, name), hourAgo, hourAgo)
  const later = await RecentRequests.open(folder)
  expect((await readdir(folder)).length).toBe(4)
  // however the clock was set: of the newest files nothing is forgotten
  expect(later.outcome('life-0')).toBeUndefined()
  expect(later.outcome('life-7')).toEqual(full(1))
})

test('nonsense in a file is no request', async () => {
  await writeFile(path.join(folder, '1.requests'), '\nx y 1\n17\n\0\0\0\n12 ok 3\n')
  const recent = await RecentRequests.open(folder)
  expect(recent.outcome('y')).toBeUndefined()
  expect(recent.outcome('ok')).toEqual(full(3))
})

test('so many that they do not fit: the oldest are forgotten, and counted', async () => {
  const recent = await RecentRequests.open(folder, { capacity: 1000 })
  for (let i = 0; i < 10_000; i++) recent.add(`request ${i}`, full(i))
  const known = Array.from({ length: 10_000 }, (_, i) => recent.outcome(`request ${i}`))
  const oldest = known.findIndex((outcome) => outcome !== undefined)
  expect(oldest).toBeGreaterThan(5000)
  expect(oldest).toBeLessThan(8000)
  expect(recent.forgotten).toBe(oldest)
  const expected = known.map((_, i) => (i < oldest ? undefined : full(i)))
  expect(known).toEqual(expected)
})
