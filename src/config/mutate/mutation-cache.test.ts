import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KeptResult } from './mutation-cache.ts'
import { openMutationCache } from './mutation-cache.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutation-cache-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const survived: KeptResult = { outcome: 'survived', detail: 'Nobody.', runs: 1, seconds: 2 }
const noticed: KeptResult = { ...survived, outcome: 'noticed', killer: 'tests' }
const fileOf = async (): Promise<string> => join(folder, (await readdir(folder))[0]!)

it('keeps results on disk at once, and forgets what was not true', async () => {
  const first = await openMutationCache(folder, '/a')
  await first.put('one', survived)
  await first.put('two', noticed)
  await first.put('three', noticed)
  await first.forget('three')
  const second = await openMutationCache(folder, '/a')
  expect([second.get('one'), second.get('two'), second.get('three')]).toEqual([
    survived,
    noticed,
    undefined,
  ])
  expect(Buffer.from(second.secret).equals(first.secret)).toBe(true)
  expect(second.nameOf(['x'])).toBe(first.nameOf(['x']))
  expect((await openMutationCache(folder, '/b')).get('one')).toBeUndefined()
  expect((await openMutationCache(folder, '/a', { fresh: true })).get('one')).toBeUndefined()
  expect((await stat(await fileOf())).mode & 0o077).toBe(0)
})

it('loses only the line that was being written', async () => {
  const first = await openMutationCache(folder, '/a')
  await first.put('one', survived)
  await appendFile(await fileOf(), '\n["two",{"outcome":"surv')
  const second = await openMutationCache(folder, '/a')
  await second.put('three', noticed)
  const third = await openMutationCache(folder, '/a')
  expect([third.get('one'), third.get('two'), third.get('three')]).toEqual([
    survived,
    undefined,
    noticed,
  ])
})

it('takes nothing that it did not write', async () => {
  await (await openMutationCache(folder, '/a')).put('one', survived)
  const file = await fileOf()
  const [head] = (await readFile(file, 'utf8')).split('\n')
  const odd = ['["a",{"outcome":"noticed","detail":"","runs":1,"seconds":1}]', '["b",5]', '7', 'x']
  await writeFile(file, [head, ...odd].join('\n'))
  const cache = await openMutationCache(folder, '/a')
  expect(['a', 'b'].map((name) => cache.get(name))).toEqual([undefined, undefined])
  await writeFile(file, 'x')
  expect((await openMutationCache(folder, '/a')).get('one')).toBeUndefined()
  const none = await openMutationCache(join(file, 'below-a-file'), '/a')
  await none.put('one', survived)
  expect(none.get('one')).toEqual(survived)
})
