/** Mutated runs in other languages, of tests that hang, depend on each other, fail by themselves, or are stopped. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openMutationCache } from '../../src/config/mutate/mutation-cache.ts'
import { plant } from '../config-coverage/planted-shop.ts'
import { canary, nodeProject, nodeTests } from '../config-mutate/planted-till.ts'
import { runByHand } from '../config-mutate/run-by-hand.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-mutate-runs-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

describe('Python', () => {
  it('is mutated, and a value that is read at import is not taken for unseen by later tests', async () => {
    const root = await plant(join(folder, 'python'), {
      'settings.py':
        'import os\nLIMIT = int(os.environ["LIMIT"])\nNAME = os.environ.get("NAME")\nEDGE = os.environ["EDGE"]\n',
      // imports the settings first, and does not look at them
      'test_a.py':
        'import unittest\nimport settings\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(settings)\n',
      // the module is loaded already: only the first test is seen to read
      'test_b.py':
        'import unittest\nimport settings\n\nclass B(unittest.TestCase):\n    def test_b(self):\n        self.assertEqual(settings.EDGE, "near")\n',
      '.env.production': 'LIMIT=5\nNAME=shop\nEDGE=near\n',
    })
    const { fates } = await runByHand(root, ['LIMIT=five', 'NAME=x', 'EDGE=far', 'EDGE'], {
      command: ['python3', '-m', 'unittest'],
    })
    expect(fates).toEqual({
      'LIMIT=five': 'noticed tests 2',
      'NAME=x': 'survived nobody 2',
      // once the selected tests, twice all of them
      'EDGE=far': 'noticed tests 3',
      EDGE: 'noticed tests 2',
    })
  })
})

describe('tests', () => {
  it('that fail with all values of the environment get each key alone, and hang no longer than they may', async () => {
    const root = await plant(join(folder, 'alone'), {
      'package.json': '{"type":"module"}',
      'src/a.js':
        'export const url = () => process.env.URL_A\nexport const wait = () => process.env.WAIT_B\nexport const bad = () => process.env.BAD_C',
      'test/a.test.js': `import { test } from 'node:test'
        import { equal } from 'node:assert'
        import { url, wait, bad } from '../src/a.js'
        test('url', () => equal(url() ?? 'ok', 'ok'))
        test('bad', () => equal(bad(), undefined))
        test('wait', async () => { if (wait() === 'long') await new Promise((done) => setTimeout(done, 60000)) })`,
      '.env.production': 'URL_A=ok\nWAIT_B=short\nBAD_C=x\n',
    })
    const ran = await runByHand(root, ['URL_A=no', 'WAIT_B=long', 'WAIT_B=other', 'BAD_C=y'], {
      command: nodeTests as [string, ...string[]],
    })
    expect(ran.fates).toEqual({
      'URL_A=no': 'noticed tests 2',
      'WAIT_B=long': 'noticed tests 2',
      'WAIT_B=other': 'survived nobody 1',
      // the right value alone makes them fail
      'BAD_C=y': 'not-run nobody 0',
    })
    expect(ran.results[1]?.detail).toBe('The tests hung: stopped after 5 seconds.')
    expect(ran.results[3]?.detail).toBe('The tests fail with its right value already.')
    expect(ran.lookedAt.join()).toContain('each key was set alone')
  })

  it('that begin to fail by themselves take back what they noticed', async () => {
    const root = await plant(join(folder, 'tired'), {
      'package.json': '{"type":"module"}',
      'src/a.js': 'export const a = () => [process.env.KEY_A, process.env.KEY_B]',
      'test/a.test.js': `import { test } from 'node:test'
        import { equal } from 'node:assert'
        import { appendFileSync, readFileSync } from 'node:fs'
        import { a } from '../src/a.js'
        appendFileSync(process.env.RUNS, 'x')
        const before = readFileSync(process.env.RUNS, 'utf8').length
        test('a', () => equal(before > 5 ? 'tired' : a().join(), '1,2'))`,
      '.env.production': 'KEY_A=1\nKEY_B=2\n',
    })
    const { fates, results } = await runByHand(root, ['KEY_A=3', 'KEY_B=4'], {
      command: nodeTests as [string, ...string[]],
      env: { RUNS: join(folder, 'tired-runs') },
      smoke: { command: ['true'] },
    })
    // five runs pass as they should: as they are, selected, twice with it, once without; then all fail
    expect(fates).toEqual({ 'KEY_A=3': 'unstable tests 3', 'KEY_B=4': 'unstable tests 3' })
    expect(results[1]?.detail).toContain('these tests also fail without it')
  })
})

describe('a run', () => {
  it('that is stopped ends its processes and tells what is known; the next one goes on', async () => {
    const root = await plant(join(folder, 'stopped'), nodeProject)
    const stop = new AbortController()
    const cacheFolder = join(folder, 'cache')
    const options = {
      command: nodeTests as [string, ...string[]],
      env: { RUNS: join(folder, 'stopped-runs') },
    }
    const mutants = ['PAY_MODE=x', 'SHOP_TITLE=x', 'SHOP_TITLE', 'PAY_MODE']
    const pid = join(folder, 'pid')
    const first = await runByHand(root, mutants, {
      ...options,
      cache: await openMutationCache(cacheFolder, root),
      stop: stop.signal,
      smoke: {
        command: ['sh', '-c', `[ -z "$SHOP_TITLE" ] || exit 0; echo $$ > '${pid}'; sleep 60`],
      },
      onProgress: ({ done }) => {
        if (done === 2) void wait(800).then(() => stop.abort())
      },
    })
    expect(first.fates).toEqual({
      'PAY_MODE=x': 'noticed tests 2',
      'SHOP_TITLE=x': 'survived nobody 2',
      SHOP_TITLE: 'not-run nobody 0',
      PAY_MODE: 'not-run nobody 0',
    })
    expect(first.problems).toContainEqual({ kind: 'stopped', reason: 'The run was stopped.' })
    const told = (await readFile(pid, 'utf8')).trim()
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', told], { encoding: 'utf8' })
    expect(stdout.trim()).toMatch(/^(?:Z.*)?$/)
    const smoke = { command: ['sh', '-c', 'exit 0'] as [string, ...string[]] }
    const second = await runByHand(root, mutants, {
      ...options,
      cache: await openMutationCache(cacheFolder, root),
      smoke,
    })
    // another smoke command: nothing of the first run holds for it
    expect(second.lookedAt.join()).not.toContain('kept')
    const third = await runByHand(root, mutants, {
      ...options,
      cache: await openMutationCache(cacheFolder, root),
      smoke,
    })
    expect(third.fates).toEqual(second.fates)
    expect(third.lookedAt).toContain('4 results kept from an earlier run')
    expect(
      await readFile(join(cacheFolder, (await readdir(cacheFolder))[0]!), 'utf8'),
    ).not.toContain(canary)
  })

  it('whose time is over says so', async () => {
    const root = await plant(join(folder, 'over'), nodeProject)
    const { fates } = await runByHand(root, ['PAY_MODE=x', 'PAY_MODE', 'SHOP_TITLE'], {
      command: nodeTests as [string, ...string[]],
      env: { RUNS: join(folder, 'over-runs') },
      budgetSeconds: 0.01,
    })
    expect([...new Set(Object.values(fates))]).toEqual(['not-run nobody 0'])
  })

  it('asks the drift alarm last, boot and smoke with everything that the environment binds', async () => {
    const root = await plant(join(folder, 'all'), nodeProject)
    const { fates, asked } = await runByHand(
      root,
      ['PAY_MODE=x', 'SHOP_TITLE=x', 'LOST_KEY=x', 'STORE_URL=x', 'REGION_NAME=x'],
      {
        command: nodeTests as [string, ...string[]],
        env: { RUNS: join(folder, 'all-runs') },
        boot: { command: [process.execPath, 'src/main.js'], timeoutMs: 20_000 },
        smoke: { command: ['sh', '-c', '[ "$LOST_KEY" != x ] && [ -n "$STORE_URL" ]'] },
        reported: new Set(['SHOP_TITLE', 'PAY_MODE']),
        jobs: 3,
      },
    )
    expect(fates).toEqual({
      'PAY_MODE=x': 'noticed tests 3',
      'SHOP_TITLE=x': 'noticed drift 3',
      'LOST_KEY=x': 'noticed smoke 3',
      'STORE_URL=x': 'noticed boot-check 2',
      'REGION_NAME=x': 'survived nobody 2',
    })
    expect(asked).toEqual(['contract', 'boot-check', 'tests', 'smoke', 'drift'])
  })

  it('of a program that fails as it is teaches nothing', async () => {
    const root = await plant(join(folder, 'broken'), nodeProject)
    const broken = runByHand(root, ['PAY_MODE=x'], {
      command: nodeTests as [string, ...string[]],
      env: { RUNS: join(folder, 'broken-runs') },
      boot: { command: ['sh', '-c', 'sleep 30'], readyWhen: /ready/, timeoutMs: 300 },
    })
    await expect(broken).rejects.toThrow('The command of --boot fails already')
  })
})
