import { createServer } from 'node:http'
import type { Server } from 'node:http'

import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { listen, stopListening } from '../src/server/listen.ts'
import { createLog } from '../src/server/log.ts'
import { releasesInMemory } from '../src/server/testing/releases-in-memory.ts'
import { runCommand, startCommand } from './cli/run-command.ts'

const releases = releasesInMemory()
let server: Server
let url: string

beforeAll(async () => {
  const app = createApp({
    releases: () => releases,
    health: () => ({ status: 'starting', version: '0' }),
    pages: null,
    log: createLog('error', () => undefined),
  })
  const listener = getRequestListener(app.fetch)
  server = createServer((request, response) => void listener(request, response))
  const port = await listen(server, { address: '127.0.0.1', port: 0, flag: '--port' })
  url = `http://127.0.0.1:${port}`
})
afterAll(async () => stopListening(server, 100))

describe('help', () => {
  it.each([
    [['--help'], 'release start --help'],
    [['serve', '--help'], 'AFTERGREEN_TOKEN'],
    [['demo', '--help'], '--scenario healthy'],
    [['release', '--help'], 'release wait ID'],
    [['release', 'start', '--help'], '--baseline 1.9.0'],
    [['release', 'status', '--help'], '70  something failed inside'],
    [['release', 'wait', '--help'], '--timeout 2h'],
    [['release', 'list', '--help'], 'jq'],
    [['release', 'timeline', '--help'], 'only followed'],
    [['release', 'replay', '--help'], 'Would it have caught our last outage, and when?'],
    [['release', 'sign-off', '--help'], 'A rollback cannot be signed off.'],
    [['release', 'report', '--help'], 'jq .signedOff'],
    [['incident', '--help'], 'incident resolve ID'],
    [['incident', 'open', '--help'], '--started 40m'],
    [['incident', 'resolve', '--help'], 'it broke something else'],
    [['import', '--help'], 'zcat old.json.gz | aftergreen import -'],
    [['doctor', '--help'], '2   not everything could be looked at'],
  ])('%j has examples and ends with 0', async (args, words) => {
    const { code, out, err } = await runCommand(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Examples:')
    expect(out).toContain(words)
  })

  it('loads nothing heavy, and so is quick', async () => {
    const hook = `import { registerHooks } from 'node:module'
      registerHooks({ resolve: (name, context, next) => (process._rawDebug(name), next(name, context)) })`
    const { code, err } = await runCommand(['--help'], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}`,
    })
    const loaded = err.trim().split('\n')
    expect(code).toBe(0)
    expect(loaded).toContain('commander')
    const allowed = /^(?:commander|picocolors|node:|\.{1,2}\/|file:)/
    expect(loaded.filter((name) => !allowed.test(name))).toEqual([])
    expect(loaded.length).toBeLessThan(300)
  })

  it('prints the version of the package', async () => {
    expect((await runCommand(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('wrong usage', () => {
  it.each([
    [['srve'], '(Did you mean serve?)'],
    [['release', 'stats'], '(Did you mean status?)'],
    [['serve', '--prot', '1'], '(Did you mean --port?)'],
    [['release', 'start', '--servce', 'a'], '(Did you mean --service?)'],
    [['release', 'start', '--service', 'a'], "required option '--version <version>'"],
    [['release', 'status'], "missing required argument 'id'"],
    [['release', 'wait', 'x', '--timeout', 'soon'], 'Give a duration such as 90s, 30m or 2h.'],
    [['serve', '--port', '70000'], 'Give a port from 0 to 65535'],
    [['demo', '--scenario', 'odd'], 'faulty, healthy'],
    [[], 'Usage: aftergreen'],
    [['release'], 'Usage: aftergreen release'],
  ])('%j ends with 64 and says what was meant', async (args, words) => {
    const { code, out, err } = await runCommand(args)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(words)
    expect(err).toContain('Usage: aftergreen')
  })

  it('a server that is no address', async () => {
    const { code, err } = await runCommand(['release', 'list', '--server', 'localhost'])
    expect(code).toBe(64)
    expect(err).toContain('http://HOST:PORT')
  })

  it('never lets an argument steer the terminal', async () => {
    const { err } = await runCommand(['\u001b[2Jserve'])
    expect(err.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})

describe('release', () => {
  const onServer = (...args: string[]) => runCommand(['release', ...args, '--server', url])

  it('start says the id on standard output, and what to do next beside it', async () => {
    const what =
      'start --service checkout --version 2.0.0 --environment production --baseline 1.9.0'
    const how =
      '--strategy canary --reason fix --share 20% --soak 2h --link build=https://ci.example.com/42'
    const { code, out, err } = await onServer(...`${what} ${how}`.split(' '))
    expect({ code, out }).toEqual({ code: 0, out: 'r1\n' })
    expect(err).toContain('aftergreen release wait r1')
    expect(releases.started.at(-1)).toEqual({
      service: 'checkout',
      version: '2.0.0',
      environment: 'production',
      baselineVersion: '1.9.0',
      strategy: 'canary',
      reason: 'fix',
      candidateShare: 0.2,
      links: [{ title: 'build', url: 'https://ci.example.com/42' }],
      policy: { soakHours: 2 },
    })
  })

  it.each([
    ['proceed', 0],
    ['rollback', 1],
    ['hold', 2],
  ] as const)('status and wait end with the code of %s', async (kind, exit) => {
    releases.decide(kind)
    const status = await onServer('status', 'r1')
    expect(status.code).toBe(exit)
    expect(status.out.startsWith(`${kind.toUpperCase()}  checkout`)).toBe(true)
    const wait = await onServer('wait', 'r1', '--timeout', '0s', '--json')
    expect(wait.code).toBe(exit)
    expect(JSON.parse(wait.out)).toMatchObject({ verdict: kind, release: { id: 'r1' } })
  })

  it('writes no colours into a pipe, in CI neither', async () => {
    releases.decide('hold')
    const { out } = await runCommand(['release', 'status', 'r1', '--server', url], { CI: 'true' })
    expect(out).toMatch(/^HOLD  checkout/)
    expect(out).not.toContain(String.fromCodePoint(27))
  })

  it('wait waits until the verdict is there', async () => {
    releases.decide('hold')
    const waiting = startCommand(['release', 'wait', 'r1', '--timeout', '30s', '--server', url])
    await new Promise<void>((resolve) => waiting.child.stderr.once('data', () => resolve()))
    expect(waiting.out()).toBe('')
    releases.decide('rollback')
    const { code, out } = await waiting.ended
    expect(code).toBe(1)
    expect(out).toContain('ROLLBACK')
  })

  it('prints one JSON document and nothing else', async () => {
    releases.decide('hold')
    const list = await onServer('list', '--json')
    expect(list).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(list.out)).toMatchObject({ releases: [{ verdict: 'hold' }] })
    const started = await onServer('start', '--service', 'a', '--version', '1', '--json')
    expect(JSON.parse(started.out)).toMatchObject({ service: 'a', version: '1' })
  })

  it('lists for people', async () => {
    expect((await onServer('list')).out).toContain('checkout 2.0.0')
  })

  it('takes the server from AFTERGREEN_SERVER, and an empty setting for none', async () => {
    const { code } = await runCommand(['release', 'list'], {
      AFTERGREEN_SERVER: url,
      AFTERGREEN_TOKEN: '',
    })
    expect(code).toBe(0)
  })

  it('says that a release is unknown, as the server did', async () => {
    const { code, out, err } = await onServer('status', 'none')
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain('There is no release none.')
    expect((await onServer('wait', 'none')).code).toBe(64)
  })

  it('says that no server answers, and what to do', async () => {
    const { code, err } = await runCommand(['release', 'list', '--server', 'http://127.0.0.1:1'])
    expect(code).toBe(70)
    expect(err).toContain(
      'No Aftergreen server answers at http://127.0.0.1:1.\nStart one with "aftergreen serve"',
    )
  })

  it('says that something else answers', async () => {
    const other = createServer((_, response) => response.end('<h1>hello</h1>'))
    const port = await listen(other, { address: '127.0.0.1', port: 0, flag: '--port' })
    const { code, err } = await runCommand([
      'release',
      'list',
      '--server',
      `http://127.0.0.1:${port}`,
    ])
    await stopListening(other, 100)
    expect(code).toBe(70)
    expect(err).toContain('does not speak this API')
  })
})
