import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DemoResult } from '../../demo/run.ts'
import { isAlive } from '../store/processes.ts'

const minutes = 60_000
let temporary: string
const started = new Set<ChildProcess>()

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'demo-test-'))
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await rm(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
})

interface DemoRun {
  child: ChildProcess
  out: () => string
  err: () => string
  /** Resolves once standard error says so. */
  said(text: string): Promise<void>
  code: Promise<number | null>
}

function demo(...flags: string[]): DemoRun {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, 'demo', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1', OTEL_SDK_DISABLED: 'true' },
  })
  started.add(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  const waiting: { text: string; resolve: () => void }[] = []
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString()
    for (const one of waiting) if (err.includes(one.text)) one.resolve()
  })
  const said = (text: string): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve) => waiting.push({ text, resolve })),
      code.then(() => {
        throw new Error(`the demo ended before it said "${text}": ${err}`)
      }),
    ])
  return { child, out: () => out, err: () => err, said, code }
}

/** Processes of this machine whose parent, grandparent … is `pid`. */
async function descendants(pid: number): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = new Map<number, number>()
  for (const id of ids) {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
    parents.set(id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0))
  }
  const under = (id: number): boolean => {
    for (let at = parents.get(id) ?? 0; at > 1; at = parents.get(at) ?? 0) {
      if (at === pid) return true
    }
    return false
  }
  return ids.filter(under)
}

test(
  'a short demo, as JSON: one document, the figures of both versions, and nothing left behind',
  async () => {
    const run = demo('--exit', '--json', '--duration', '12s', '--port', '0', '--otlp-port', '0')
    const code = await run.code
    expect(run.err()).toContain('✔ 8 unit tests of checkout 2.0.0 passed.')
    const result = JSON.parse(run.out()) as DemoResult
    expect(code).toBe({ proceed: 0, rollback: 1, hold: 2 }[result.verdict.verdict])
    expect(result.verdict.release).toMatchObject({
      service: 'checkout',
      version: '2.0.0',
      baselineVersion: '1.9.0',
      environment: 'production',
      strategy: 'canary',
    })
    const { baseline, candidate } = result.dashboard
    expect(baseline.requests).toBeGreaterThan(500)
    expect(candidate.requests).toBeGreaterThan(100)
    expect(candidate.requests / (baseline.requests + candidate.requests)).toBeGreaterThan(0.15)
    expect(candidate.requests / (baseline.requests + candidate.requests)).toBeLessThan(0.25)
    expect(result.requests).toBeGreaterThan(2000)
    expect(result.page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/releases\/./)
    expect((await readdir(temporary)).filter((name) => name.startsWith('aftergreen-demo'))).toEqual(
      [],
    )
  },
  3 * minutes,
)

test(
  'Ctrl-C ends everything that the demo started',
  async () => {
    const run = demo('--port', '0', '--otlp-port', '0')
    await run.said('Customers come.')
    const children = await descendants(run.child.pid ?? 0)
    // the server and its engine, nine services, the router, the customers
    expect(children.length).toBeGreaterThanOrEqual(12)
    run.child.kill('SIGINT')
    expect(await run.code).toBe(130)
    expect(children.filter(isAlive)).toEqual([])
    expect(await readdir(temporary)).toEqual([])
    expect(run.out()).toBe('')
  },
  3 * minutes,
)

test(
  'nothing survives a demo that is killed',
  async () => {
    const run = demo('--port', '0', '--otlp-port', '0', '--data', join(temporary, 'kept'))
    await run.said('Customers come.')
    const children = await descendants(run.child.pid ?? 0)
    run.child.kill('SIGKILL')
    await expect.poll(() => children.filter(isAlive), { timeout: 20_000 }).toEqual([])
  },
  3 * minutes,
)

test(
  'a taken port is said in one sentence, with what to do',
  async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const run = demo('--exit', '--port', String(port), '--otlp-port', '0')
    expect(await run.code).toBe(70)
    expect(run.err()).toContain(`Port ${port} is taken or may not be used.`)
    expect(run.err()).toContain('--port 0 --otlp-port 0')
    expect(run.out()).toBe('')
    server.close()
  },
  minutes,
)
