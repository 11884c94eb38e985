/** Real mutated runs of a planted project through the command: who notices what, and that no value leaks. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { networkOff } from '../src/config/mutate/network-off.ts'
import { plant, runCoverage } from './config-coverage/planted-shop.ts'
import type { MutateAnswer } from './config-mutate/planted-till.ts'
import { canary, nodeProject, nodeTests, runMutate } from './config-mutate/planted-till.ts'

let folder: string
let till: string
let canSwitchOff: boolean

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-mutate-'))
  till = await plant(join(folder, 'till'), nodeProject)
  canSwitchOff = (await networkOff(process.env)).off
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** Where the system cannot take the network from a run, values of production need a word. */
const networkFlag = (): string[] => (canSwitchOff ? [] : ['--network'])

describe('a planted project', () => {
  let answer: MutateAnswer
  let code: number | null
  let written: string[]
  let out: string
  let runs: string

  beforeAll(async () => {
    const sarif = join(folder, 's.sarif')
    const cache = join(folder, 'cache')
    const ended = await runMutate(
      [
        till,
        '--json',
        '--sarif',
        sarif,
        '--cache',
        cache,
        '--operators=unset',
        `--boot="${process.execPath}" src/main.js stay`,
        '--boot-ready=^ready$',
        ...networkFlag(),
      ],
      nodeTests,
      { RUNS: join(folder, 'runs') },
    )
    out = ended.out
    code = ended.code
    answer = JSON.parse(out)
    written = [out, ended.err, await readFile(sarif, 'utf8')]
    for (const name of await readdir(cache)) written.push(await readFile(join(cache, name), 'utf8'))
    runs = await readFile(join(folder, 'runs'), 'utf8')
  })

  it('tells for each wrong value who notices it first', () => {
    const fates = answer.mutants.map(({ key, outcome, killer }) => [key, `${outcome} ${killer}`])
    expect(Object.fromEntries(fates)).toEqual({
      LOST_KEY: 'survived null',
      PAY_MODE: 'noticed tests',
      REGION_NAME: 'noticed contract',
      SHAKY_KEY: 'unstable tests',
      SHOP_TITLE: 'survived null',
      STORE_URL: 'noticed boot-check',
    })
    expect(code).toBe(1)
    expect(answer.asked).toEqual(['contract', 'boot-check', 'tests'])
    const lost = answer.mutants.find(({ key }) => key === 'LOST_KEY')
    expect(lost?.detail).toContain('no test reads the key')
    expect(answer.networkOff).toBe(canSwitchOff)
    expect(new Set(answer.findings.map(({ key }) => key))).toEqual(
      new Set(['LOST_KEY', 'SHOP_TITLE']),
    )
  })

  it('runs only the tests that read the key, and those whose failure is in doubt again', () => {
    const count = (name: string): number => runs.split('\n').filter((it) => it === name).length
    // as they are; their own run as it is; twice with the wrong value; once more without it
    expect(count('mode')).toBe(5)
    expect(count('title')).toBe(3)
    expect(count('shaky')).toBe(4)
  })

  it('writes no value anywhere', () => {
    expect(written.length).toBeGreaterThan(4)
    for (const text of written) expect(text).not.toContain(canary)
  })

  it('is read by config coverage', async () => {
    const mutations = join(folder, 'mutants.json')
    await writeFile(mutations, out)
    const ended = await runCoverage([till, '--json', '--mutations', mutations], nodeTests, {
      RUNS: join(folder, 'coverage-runs'),
      PAY_MODE: `adyen-${canary}`,
      SHAKY_KEY: `shaky-${canary}`,
    })
    const coverage: { keys: { key: string; level: string }[] } = JSON.parse(ended.out)
    const levels = Object.fromEntries(coverage.keys.map(({ key, level }) => [key, level]))
    expect(levels).toMatchObject({ PAY_MODE: 'C5', STORE_URL: 'C5', SHOP_TITLE: 'C3' })
  })
})

it('learns nothing from tests that fail already', async () => {
  const ended = await runMutate([till, '--no-cache', ...networkFlag()], ['false'])
  expect(ended.code).toBe(64)
  expect(ended.err).toContain('fails already')
  const none = await runMutate([till, '--operators', 'unsett'], ['true'])
  expect(none.err).toContain('There is no operator unsett.')
})
