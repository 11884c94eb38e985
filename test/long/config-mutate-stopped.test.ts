/** `config mutate` that is killed or stopped in the middle. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { plant } from '../config-coverage/planted-shop.ts'
import type { MutateAnswer } from '../config-mutate/planted-till.ts'
import { nodeProject, nodeTests, runMutate, startMutate } from '../config-mutate/planted-till.ts'

let folder: string
let root: string
let cache: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-mutate-stopped-'))
  root = await plant(join(folder, 'till'), nodeProject)
  cache = join(folder, 'cache')
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** Each run of it takes a while. */
const args = (): string[] => [
  root,
  '--json',
  '--cache',
  cache,
  '--operators=unset,empty',
  '--keys=PAY_MODE,SHOP_TITLE,LOST_KEY,STORE_URL',
  '--network',
  '--smoke=sleep 0.5',
]
const env = (): Record<string, string> => ({ RUNS: join(folder, 'runs') })

async function keptLines(): Promise<number> {
  const names = await readdir(cache).catch(() => [])
  // not the one that is being written beside it
  const name = names.find((it) => /^mutants-\w+\.jsonl$/.test(it))
  if (name === undefined) return 0
  return (await readFile(join(cache, name), 'utf8')).split('\n').length - 1
}

const untilKept = async (count: number): Promise<void> => {
  while ((await keptLines()) < count) await new Promise((done) => setTimeout(done, 20))
}

it('goes on where it was killed, and runs only the rest', async () => {
  const killed = startMutate(args(), nodeTests, env())
  await untilKept(2)
  killed.child.kill('SIGKILL')
  await killed.ended
  // what it had started ends by itself
  await new Promise((done) => setTimeout(done, 3000))
  const kept = await keptLines()
  const { out } = await runMutate(args(), nodeTests, env())
  const answer: MutateAnswer = JSON.parse(out)
  expect(answer.lookedAt).toContain(`${kept} results kept from an earlier run`)
  expect(answer.mutants.filter(({ outcome }) => outcome === 'not-run')).toEqual([])
  const before = (await readFile(join(folder, 'runs'), 'utf8')).length
  const again: MutateAnswer = JSON.parse((await runMutate(args(), nodeTests, env())).out)
  expect(again.mutants).toEqual(answer.mutants)
  // only the run without a wrong value
  const runs = (await readFile(join(folder, 'runs'), 'utf8')).slice(before)
  expect(runs.trim().split('\n').toSorted()).toEqual(['mode', 'shaky', 'title'])
})

it('tells what is known after Ctrl-C, with exit code 2', async () => {
  await rm(cache, { recursive: true, force: true })
  const running = startMutate(args(), nodeTests, env())
  await untilKept(1)
  running.child.kill('SIGINT')
  const { code, out } = await running.ended
  const answer: MutateAnswer = JSON.parse(out)
  expect([code, answer.exitCode]).toEqual([2, 2])
  expect(answer.mutants.some(({ outcome }) => outcome === 'not-run')).toBe(true)
  expect(answer.mutants.some(({ outcome }) => outcome !== 'not-run')).toBe(true)
})
