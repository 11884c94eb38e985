/** Test commands that fail, crash, are stopped, or run twice with different values. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { runCommand, startCommand } from '../cli/run-command.ts'
import type { CoverageAnswer } from '../config-coverage/planted-shop.ts'
import { environment, nodeTests, plant, runCoverage } from '../config-coverage/planted-shop.ts'

let folder: string
let shop: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-coverage-'))
  shop = await plant(join(folder, 'shop'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

describe('the test command', () => {
  it('fails: told, with exit code 2, and nothing is said about what it did not read', async () => {
    const { code, out } = await runCoverage([shop, '--json'], nodeTests, { TOLD_TO_FAIL: '1' })
    const answer: CoverageAnswer = JSON.parse(out)
    expect(code).toBe(2)
    expect(answer.findings).toEqual([])
    expect(answer.notAnalysed.map(({ reason }) => reason)).toContain(
      'The test command ended with 1: what it did not read cannot be told.',
    )
    expect(answer.keys.find(({ key }) => key === 'PAY_MODE')?.level).toBe('C3')
  })

  it('crashes: what was read before is there', async () => {
    const crash = ['-e', 'process.env.PAY_KEY; process.kill(process.pid, "SIGKILL")']
    const { code, out } = await runCoverage([shop, '--json'], [process.execPath, ...crash])
    const answer: CoverageAnswer = JSON.parse(out)
    expect({ code, test: answer.testExitCode }).toEqual({ code: 2, test: null })
    expect(answer.keys.find(({ key }) => key === 'PAY_KEY')?.level).toBe('C3')
  })

  it('traces nothing: never clean', async () => {
    const small = await plant(join(folder, 'small'), { '.env.production': '' })
    const { code, out } = await runCoverage([small, '--json'], ['true'])
    expect(code).toBe(2)
    expect(out).toContain('No process of Node or Python was traced')
  })

  it('is not there, or cannot be started', async () => {
    const none = await runCommand(['config', 'coverage', shop])
    expect(none.code).toBe(64)
    expect(none.err).toContain('There is no test command.')
    const odd = await runCoverage([shop], ['no-such-program'])
    expect(odd.code).toBe(64)
    expect(odd.err).toContain('The test command no-such-program cannot be started.')
  })

  it('ends with all of its processes on Ctrl-C', async () => {
    const pids = join(folder, 'pids')
    const script = `echo $$ >> "${pids}"; sh -c 'echo $$ >> "${pids}"; exec sleep 60' & sleep 60`
    const running = startCommand(
      ['config', 'coverage', shop, '--no-cache', '--', 'sh', '-c', script],
      environment,
    )
    const started = async (): Promise<number[]> => {
      const lines = (await readFile(pids, 'utf8').catch(() => '')).split('\n')
      return lines.filter((line) => line !== '').map(Number)
    }
    while ((await started()).length < 2) await new Promise((done) => setTimeout(done, 20))
    // a shell that is just about to start a program would miss the signal, and be killed seconds later
    await new Promise((done) => setTimeout(done, 100))
    running.child.kill('SIGINT')
    const { code, out } = await running.ended
    expect(code).toBe(2)
    expect(out).toContain('The run was stopped')
    for (const pid of await started()) {
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      // gone, or waiting for a parent that does not ask
      expect(stdout.trim()).toMatch(/^(?:Z.*)?$/)
    }
  })
})

describe('two runs', () => {
  const secret = { AFTERGREEN_CONFIG_KEY: 'k'.repeat(40) }
  it('another value that leads to other reads is C4, and a mutant that was noticed C5', async () => {
    const first = join(folder, 'first')
    const mutations = join(folder, 'mutants.json')
    await writeFile(mutations, '{"mutants":[{"key":"PAY_KEY","outcome":"noticed"}]}')
    await runCoverage([shop, '--trace', first], nodeTests, { ...secret, PAY_MODE: 'stripe' })
    const { out } = await runCoverage(
      [shop, '--json', '--earlier', first, '--mutations', mutations],
      nodeTests,
      { ...secret, PAY_MODE: 'adyen' },
    )
    const answer: CoverageAnswer = JSON.parse(out)
    const mode = answer.keys.find(({ key }) => key === 'PAY_MODE')
    expect(mode).toMatchObject({
      level: 'C4',
      effect: { unit: 'test/pay.test.js', changed: 'reads' },
      productionOnly: null,
      traced: { values: 2 },
    })
    expect(answer.keys.filter(({ level }) => level === 'C4')).toHaveLength(1)
    expect(answer.keys.find(({ key }) => key === 'PAY_KEY')?.level).toBe('C5')
    expect(answer.ratios).toMatchObject({ noticed: 1 })
    const other = await runCoverage([shop, '--earlier', first], nodeTests, {
      AFTERGREEN_CONFIG_KEY: 'o'.repeat(40),
    })
    expect(other.code).toBe(64)
    expect(other.err).toContain('cannot be compared')
  })
})

describe('vitest', () => {
  it.each(['forks', 'threads'])('is traced in its %s, with the test file', async (pool) => {
    const root = await plant(join(folder, pool), {
      'package.json': '{"type":"module"}',
      'src/pay.ts': 'export const mode = (): string => process.env.PAY_MODE ?? ""',
      'test/pay.test.ts': `import { expect, it, vi } from 'vitest'
        import { mode } from '../src/pay.ts'
        it('stubs', () => { vi.stubEnv('PAY_MODE', 'stubbed'); expect(mode()).toBe('stubbed'); vi.unstubAllEnvs() })
        it('replaces', () => { const old = process.env; process.env = { PAY_MODE: 'put' }; expect(mode()).toBe('put'); process.env = old })`,
    })
    const modules = resolve(import.meta.dirname, '../../node_modules')
    await symlink(modules, join(root, 'node_modules'))
    const vitest = join(modules, 'vitest', 'vitest.mjs')
    const { out } = await runCoverage(
      [root, '--json'],
      [process.execPath, vitest, 'run', `--pool=${pool}`],
      { VITEST: '', VITEST_WORKER_ID: '', VITEST_POOL_ID: '' },
    )
    const answer: CoverageAnswer = JSON.parse(out)
    expect(answer.testExitCode).toBe(0)
    expect(answer.keys.find(({ key }) => key === 'PAY_MODE')?.traced).toMatchObject({
      tests: ['test/pay.test.ts'],
      places: [{ file: 'src/pay.ts', line: 1 }],
      values: 2,
    })
  })
})

it('names the environments that there are before anything runs', async () => {
  const { code, err } = await runCoverage([shop, '--environment', 'prodution'], ['false'])
  expect(code).toBe(64)
  expect(err).toContain('There is no environment prodution.')
  expect(err).toContain('Found: production')
  expect(err).not.toContain('Running')
})
