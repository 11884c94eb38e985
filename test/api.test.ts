import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import type { Verdict } from '../src/releases/verdict.ts'
import { runCommand } from './cli/run-command.ts'
import { quickPace, startServe } from './cli/start-serve.ts'
import type { Serving } from './cli/start-serve.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'aftergreen-api-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('a server on this machine', () => {
  let server: Serving
  let data: string
  beforeAll(async () => {
    data = newFolder()
    server = await startServe(data, quickPace)
  })
  afterAll(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })

  it('is healthy, and says how the engine, the spool and the ingest are', async () => {
    expect(await json(server.url, '/api/health')).toMatchObject({
      status: 'ok',
      engine: { kind: 'embedded', state: 'ready' },
      spool: { rejectedFiles: 0 },
      received: { traces: 0 },
    })
  })

  it('takes telemetry on its own port', async () => {
    const response = await fetch(`${server.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(oneSpan()),
    })
    expect(response.status).toBe(200)
    expect(await json(server.url, '/api/health')).toMatchObject({ received: { traces: 1 } })
  })

  it('holds a release of a version that nobody has seen, and says why', async () => {
    const start = 'release start --service checkout --version 9.9.9 --json --server'.split(' ')
    const started = await runCommand([...start, server.url])
    expect(started.code).toBe(0)
    const { id }: { id: string } = JSON.parse(started.out)
    // the judge looks within seconds
    const kinds = async (): Promise<string[]> => {
      const status = await runCommand(['release', 'status', id, '--json', '--server', server.url])
      expect(status.code).toBe(2)
      verdict = JSON.parse(status.out) as Verdict
      expect(verdict.verdict).toBe('hold')
      expect(verdict.headline).toContain('9.9.9')
      return verdict.blindSpots.map(({ kind }) => kind)
    }
    let verdict!: Verdict
    await vi.waitFor(async () => expect(await kinds()).toContain('unknown-version'), {
      timeout: 10_000,
      interval: 200,
    })
    expect(verdict.url).toBe(`${server.url}/releases/${id}`)
    expect(await json(server.url, `/api/releases/${id}/evidence`)).toHaveProperty('dashboard')
    expect(await json(server.url, `/api/releases/${id}/history`)).toHaveProperty('verdicts')
  })

  it('refuses another name in the Host header on both ports', async () => {
    expect(await withHost(`${server.url}/api/health`, 'evil.example')).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN_HOST' } },
    })
    // on the OTLP port as a google.rpc.Status
    expect(await withHost(`${server.otlpUrl}/v1/traces`, 'evil.example')).toMatchObject({
      status: 403,
      body: { code: 7, message: expect.stringContaining('the name of this machine') },
    })
  })
})

describe('a server with a token', () => {
  const token = 'correct-horse-battery'
  let server: Serving
  beforeAll(async () => {
    server = await startServe(newFolder(), [], { AFTERGREEN_TOKEN: token })
  })
  afterAll(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })

  it('refuses who does not carry it, on both ports, and lets a browser ask for it', async () => {
    const [page, otlp] = await Promise.all([
      fetch(server.url),
      fetch(`${server.otlpUrl}/v1/traces`, { method: 'POST', body: '{}' }),
    ])
    expect([page.status, otlp.status]).toEqual([401, 401])
    expect(page.headers.get('www-authenticate')).toContain('Basic')
    const wrong = await fetch(server.url, {
      headers: { authorization: 'Bearer wrong-horse-battery' },
    })
    expect(wrong.status).toBe(401)
  })

  it('answers who does', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const otlp = await fetch(`${server.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(oneSpan()),
    })
    expect(otlp.status).toBe(200)
    const suite = resolve(import.meta.dirname, '..', 'conformance', 'main.ts')
    const [address, header] = [new URL(server.grpcUrl).host, `authorization=Bearer ${token}`]
    const overGrpc = [suite, server.otlpUrl, '--grpc', address, '--only', 'grpc/traces']
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...overGrpc,
      '--header',
      header,
    ])
    expect(stdout).toContain('1 of 1 passed')
    const list = await runCommand(['release', 'list', '--server', server.url], {
      AFTERGREEN_TOKEN: token,
    })
    expect(list.code).toBe(0)
    const without = await runCommand(['release', 'list', '--server', server.url])
    expect(without).toMatchObject({ code: 64, err: expect.stringContaining('asks for a token') })
  })
})

async function json(url: string, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`)
  expect(response.status).toBe(200)
  return response.json()
}

/** `fetch` does not let a caller set the Host header; a rebound name makes a browser do just that. */
async function withHost(
  url: string,
  host: string,
): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }))
    })
      .on('error', reject)
      .end()
  })
}

function oneSpan(): unknown {
  const now = Date.now() * 1_000_000
  const span = {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 5_000_000),
  }
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const attributes = [attribute('service.name', 'checkout'), attribute('service.version', '1.9.0')]
  return {
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: {}, spans: [span] }] }],
  }
}
