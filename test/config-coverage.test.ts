/** Real traced runs of a planted project: what each key reaches, that nothing leaks, and that nothing changes. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { CoverageAnswer } from './config-coverage/planted-shop.ts'
import { bothTests, canary, nodeTests, plant, runCoverage } from './config-coverage/planted-shop.ts'

const tracers = resolve(import.meta.dirname, '../src/config/coverage/tracers')

let folder: string
let shop: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-coverage-'))
  shop = await plant(join(folder, 'shop'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

describe('a planted project', () => {
  let answer: CoverageAnswer
  let written: string[]
  let progress: string

  beforeAll(async () => {
    const trace = join(folder, 'trace')
    const reports = ['s.sarif', 'j.xml', 'm.md'].map((name) => join(folder, name))
    const [sarif, junit, markdown] = reports as [string, string, string]
    const { out, err } = await runCoverage(
      [
        shop,
        '--json',
        '--sarif',
        sarif,
        '--junit',
        junit,
        '--markdown',
        markdown,
        '--trace',
        trace,
      ],
      bothTests,
    )
    answer = JSON.parse(out)
    const kept = (await readdir(trace)).map((name) => join(trace, name))
    const text = await runCoverage([shop, '--keys'], nodeTests)
    written = [out, text.out]
    for (const path of [...reports, ...kept]) written.push(await readFile(path, 'utf8'))
    progress = err
  })
  const levelOf = (key: string) => answer.keys.find((it) => it.key === key)?.level

  it('tells how far each key came', () => {
    expect(answer.testExitCode).toBe(0)
    // what the tests print goes there too
    expect(progress).toContain('Running the test command')
    expect(progress).toContain('Ran 1 test')
    expect(
      Object.fromEntries(answer.keys.map(({ key, reached }) => [key, reached.join(' ')])),
    ).toEqual({
      ADYEN_ACCOUNT: 'C2',
      BOUND_ONLY: 'C1',
      CHILD_KEY: 'C1 C2 C3',
      DECLARED_ONLY: 'C0',
      MAIL_SENDER: 'C1 C2 C3',
      PAY_EU_HOST: 'C2 C3',
      PAY_KEY: 'C1 C2 C3',
      PAY_MODE: 'C0 C1 C2 C3',
      REFUND_LIMIT: 'C2',
      STRIPE_ACCOUNT: 'C2 C3',
      UNTESTED_KEY: 'C1 C2',
      WORKER_KEY: 'C2 C3',
    })
    expect(levelOf('UNTESTED_KEY')).toBe('C2')
    expect(answer.ratios).toMatchObject({ inCode: 10, read: 7, noticed: 0 })
    expect(answer.headline).toContain('7 of 10 keys')
  })

  it('names the tests that lead to a read, which a mutation of the key has to run', () => {
    const key = answer.keys.find((it) => it.key === 'PAY_KEY')
    expect(key?.traced).toMatchObject({
      tests: ['test/pay.test.js'],
      places: [{ file: 'src/pay.js', line: 3 }],
      shapes: ['test key'],
    })
    const sender = answer.keys.find((it) => it.key === 'MAIL_SENDER')
    expect(sender?.traced).toMatchObject({ tests: ['jobs/test_mail.py'], languages: ['python'] })
  })

  it('finds what only production has', () => {
    const only = answer.findings.filter(({ rule }) => rule === 'coverage/production-only')
    expect(only.map(({ key }) => key)).toEqual(['PAY_KEY', 'PAY_MODE', 'UNTESTED_KEY'])
    const reasons = answer.keys.flatMap(({ key, productionOnly }) =>
      productionOnly ? [`${key} ${productionOnly.reason}`] : [],
    )
    expect(reasons).toEqual([
      'PAY_KEY other-shape',
      'PAY_MODE other-value',
      'UNTESTED_KEY never-read',
    ])
    expect(only.find(({ key }) => key === 'PAY_MODE')?.effect).toBe('money')
    const unread = answer.findings.find(({ rule }) => rule === 'coverage/not-read')
    expect(unread?.message).toBe(
      'The run did not read 2 keys that the code reads: ADYEN_ACCOUNT, REFUND_LIMIT.',
    )
    expect(answer.exitCode).toBe(1)
  })

  it('writes no value anywhere, and no secret of the fingerprints', () => {
    expect(written.length).toBeGreaterThan(7)
    for (const text of written) expect(text).not.toMatch(/c4n4ry|"key":"[0-9a-f]{64}"/)
    expect(written.join('')).toContain('"print"')
  })
})

describe('a traced program', () => {
  /** The same program with and without the tracer. */
  async function both(program: string, source: string): Promise<[string, string]> {
    const { runTraced, traceSecret } = await import('../src/config/coverage/run-traced.ts')
    const file = join(folder, program === 'python3' ? 'same.py' : 'same.mjs')
    await writeFile(file, source)
    const site = await plant(join(folder, 'site'), {
      'sitecustomize.py': 'import builtins; builtins.own = 1\n',
    })
    const PATH = process.env['PATH']
    const env = { PATH, PYTHONPATH: site, ONE: '1', TWO: '', THREE: canary }
    const out = join(folder, 'out.txt')
    const shell = ['-c', `exec "${program}" "${file}" > "${out}" 2>&1`]
    spawnSync('sh', shell, { cwd: folder, env })
    const plain = await readFile(out, 'utf8')
    const { trace } = await runTraced({
      root: folder,
      command: ['sh', ...shell],
      env,
      secret: traceSecret(),
    })
    expect(trace.processes.some(({ reads }) => reads.length > 0)).toBe(true)
    return [plain, await readFile(out, 'utf8')]
  }

  it('of Node sees the same environment', async () => {
    const [plain, traced] = await both(
      process.execPath,
      `import { env } from 'node:process'
      import { inspect } from 'node:util'
      const own = new Set(['AFTERGREEN_TRACE', 'NODE_OPTIONS', 'PYTHONPATH'])
      const say = (name, act) => { let said; try { said = act() } catch (error) { said = [error.name, error.code, error.message] }
        console.log(name, JSON.stringify(said), typeof said) }
      const others = (keys) => keys.filter((key) => !own.has(key)).sort()
      say('same', () => env === process.env)
      say('absent', () => process.env.ABSENT)
      say('number', () => { process.env.N = 5; return process.env.N })
      say('overwrite', () => { process.env.TWO = 2; const two = process.env.TWO; process.env.TWO = ''; return two })
      say('undefined', () => { process.env.U = undefined; return process.env.U })
      say('symbol', () => { process.env[Symbol('a')] = 1 })
      say('symbol value', () => { process.env.S = Symbol('a') })
      say('in', () => ['ONE' in process.env, 'NONE' in process.env, 'toString' in process.env])
      say('own', () => [Object.hasOwn(process.env, 'ONE'), process.env.hasOwnProperty('NONE')])
      say('keys', () => others(Object.keys(process.env)))
      say('names', () => others(Reflect.ownKeys(process.env)))
      say('spread', () => ({ ...process.env }).ONE)
      say('rest', () => { const { ONE, ...rest } = process.env; return [ONE, 'ONE' in rest, rest.TWO] })
      say('entries', () => Object.entries(process.env).filter(([key]) => !own.has(key)).sort())
      say('loop', () => { const all = []; for (const key in process.env) all.push(key); return others(all) })
      say('JSON', () => others(Object.keys(JSON.parse(JSON.stringify(process.env)))))
      say('delete', () => [delete process.env.ONE, process.env.ONE, 'ONE' in process.env, delete process.env.NONE])
      say('descriptor', () => Object.getOwnPropertyDescriptor(process.env, 'TWO'))
      say('define', () => { Object.defineProperty(process.env, 'D', { value: '1', configurable: true, writable: true, enumerable: true }); return process.env.D })
      say('define part', () => Object.defineProperty(process.env, 'E', { value: '1' }))
      say('getter', () => Object.defineProperty(process.env, 'F', { get: () => '1' }))
      say('freeze', () => { try { Object.freeze(process.env) } catch (error) { return error.name } })
      say('assign', () => Object.assign({}, process.env).TWO)
      say('child', () => { const child = Object.create(process.env); child.X = 1; return [child.THREE, child.X] })
      say('prototype', () => [Object.getPrototypeOf(process.env) === Object.prototype, String(process.env), process.env.constructor === Object])
      say('replace', () => { const old = process.env; process.env = { A: 'b' }; const seen = [process.env.A, process.env.ONE, Object.keys(process.env)]; process.env = old; return [...seen, process.env === old] })
      say('tag', () => Object.prototype.toString.call(process.env))
      say('inspect', () => inspect({ ...process.env }).length > 10)
      say('clone', () => Object.keys(structuredClone({ ...process.env })).length > 2)`,
    )
    expect(plain.split('\n').length).toBeGreaterThan(25)
    expect(traced).toBe(plain)
  })

  it('of Python sees the same environment', async () => {
    const [plain, traced] = await both(
      'python3',
      `import copy, os, sys
from unittest import mock
own_site = __builtins__.own
own = {"AFTERGREEN_TRACE", "NODE_OPTIONS", "PYTHONPATH", "LC_CTYPE"}
def say(name, act):
    try:
        said = act()
    except BaseException as error:
        said = (type(error).__name__, str(error))
    print(name, type(said).__name__, said)
def pop():
    return os.environ.pop("THREE"), os.environ.pop("THREE", "gone"), "THREE" in os.environ
def patched():
    with mock.patch.dict(os.environ, {"ONE": "9", "NEW": "n"}):
        inside = os.environ["ONE"], os.environ["NEW"]
    with mock.patch.dict(os.environ, {"A": "b"}, clear=True):
        cleared = sorted(os.environ)
    return inside, cleared, os.environ["ONE"], "NEW" in os.environ
def wrong():
    os.environ["N"] = 5
def deleted():
    del os.environ["NONE"]
say("get", lambda: (os.environ["ONE"], os.environ.get("NONE"), os.environ.get("NONE", 3), os.getenv("TWO")))
say("missing", lambda: os.environ["NONE"])
say("bytes", lambda: os.environb[b"ONE"])
say("wrong key", lambda: os.environ[5])
say("in", lambda: ("ONE" in os.environ, "NONE" in os.environ))
say("wrong in", lambda: 5 in os.environ)
say("set", wrong)
say("del", deleted)
say("keys", lambda: sorted(key for key in os.environ.keys() if key not in own))
say("items", lambda: sorted(pair for pair in os.environ.items() if pair[0] not in own))
say("dict", lambda: dict(os.environ)["THREE"] == {**os.environ}["THREE"] == os.environ.copy()["THREE"])
say("type", lambda: (type(os.environ).__name__, isinstance(os.environ, os._Environ), type(os.environ) is os._Environ))
say("repr", lambda: repr(os.environ)[:9])
say("or", lambda: (os.environ | {"Q": "q"})["Q"])
say("default", lambda: os.environ.setdefault("ONE", "x"))
say("pop", pop)
say("patch", patched)
say("copy", lambda: type(copy.copy(os.environ)).__name__)
say("equal", lambda: os.environ == dict(os.environ))
say("path", lambda: [path for path in sys.path if "aftergreen" in path])
say("sitecustomize", lambda: (own_site, sys.modules["sitecustomize"].__file__))
say("child", lambda: os.popen("echo $ONE").read())
`,
    )
    expect(plain.split('\n').length).toBeGreaterThan(20)
    expect(traced).toBe(plain)
  })

  it('whose trace is gone runs as if there were no tracer', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [`--import=${join(tracers, 'node', 'trace.mjs')}`, '-p', 'process.env.ONE'],
      { env: { AFTERGREEN_TRACE: join(folder, 'nothing-here'), ONE: '1' }, encoding: 'utf8' },
    )
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '1\n', stderr: '' })
    const python = spawnSync('python3', ['-c', 'import os; print(os.environ["ONE"])'], {
      env: {
        PATH: process.env['PATH'],
        PYTHONPATH: join(tracers, 'python'),
        PYTHONDONTWRITEBYTECODE: '1',
        AFTERGREEN_TRACE: join(folder, 'nothing-here'),
        ONE: '1',
      },
      encoding: 'utf8',
    })
    expect(python).toMatchObject({ status: 0, stdout: '1\n', stderr: '' })
  })
})
