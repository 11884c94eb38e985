import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Comparison } from '../src/cohorts/compare/comparison.ts'
import { runCommand, startCommand } from './cli/run-command.ts'
import { startServe, type Serving } from './cli/start-serve.ts'
import { throughProxy } from './compare/through-proxy.ts'
import { shopRequests } from './compare/shop-requests.ts'

const fault = 'app.locale = "pt-BR" and 30 <= app.account.age_days < 60'
const newVersion = 'service.version = "2.0"'
const requests = 16_000

let serve: Serving
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  serve = await startServe(folder)
  for (const body of shopRequests({ requests, until: Date.now() })) {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${serve.otlpUrl}/v1/traces`, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`the spans were answered with ${response.status}`)
  }
  const stored = async (): Promise<number> => {
    const health: unknown = await (await fetch(`${serve.url}/api/health`)).json()
    return (health as { stored?: { traces: number } }).stored?.traces ?? 0
  }
  // acknowledged, and soon in the tables
  while ((await stored()) < requests) await new Promise((done) => setTimeout(done, 50))
}, 60_000)
afterAll(async () => {
  serve.child.kill('SIGKILL')
  await serve.ended
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function post(body: object | string, headers: Record<string, string> = {}) {
  return await fetch(`${serve.url}/api/compare`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

const compare = async (...args: string[]) =>
  await runCommand(['compare', '--server', serve.url, ...args])

describe('POST /api/compare', () => {
  it('answers with the fault, named exactly, and what a person needs to look for oneself', async () => {
    const response = await post({ service: 'shop', candidate: newVersion, measures: ['rate'] })
    expect(response.status).toBe(200)
    const comparison = (await response.json()) as Comparison
    expect(comparison.findings.map(({ text }) => text)).toEqual([fault])
    const [finding] = comparison.findings
    expect(finding!.units).toBeGreaterThan(50)
    expect(finding!.exemplars.candidate).toHaveLength(3)
    const trace = await fetch(`${serve.url}/api/traces/${finding!.exemplars.candidate[0]}`)
    expect(trace.status).toBe(200)
    expect(finding!.predicate).toContain("'pt-BR'")
    expect(comparison.searched.rows).toBe(requests)
    expect(comparison.searched.candidateRows + comparison.searched.baselineRows).toBe(requests)
    expect(comparison.seconds).toBeGreaterThan(0)
  })

  it('gives lines with its progress to who wants them', async () => {
    const response = await post(
      { service: 'shop', candidate: newVersion, maxOrder: 2 },
      { accept: 'application/x-ndjson' },
    )
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text()).trim().split('\n')
    const kinds = lines.map((line) => Object.keys(JSON.parse(line) as object)[0])
    expect(kinds[0]).toBe('id')
    expect(new Set(kinds.slice(1, -1))).toEqual(new Set(['progress']))
    expect(kinds.at(-1)).toBe('comparison')
  })

  it.each([
    ['{', 400, 'INVALID_REQUEST'],
    [{ candidate: newVersion }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop' }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop', candidate: newVersion, maxOrder: 7 }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop', candidate: newVersion, candidates: 'x = 1' }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop', candidate: newVersion, since: 'noon' }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop', candidate: newVersion, since: '60d' }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop', candidateWindow: '1h..now' }, 400, 'INVALID_REQUEST'],
    [{ service: 'shop', candidate: 'service.version = ' }, 400, 'FILTER_SYNTAX'],
    [{ service: 'shop', candidate: 'app.locael = "de-DE"' }, 400, 'COMPARE_COLUMN'],
    [{ service: 'shop', candidate: newVersion, unit: 'user' }, 400, 'COMPARE_COLUMN'],
    [{ service: 'shop', candidate: 'service.version = "3.0"' }, 400, 'COMPARE_EMPTY_SIDE'],
    [
      { service: 'shop', candidate: newVersion, baseline: newVersion },
      400,
      'COMPARE_SIDES_OVERLAP',
    ],
    [{ service: 'nobody', candidate: newVersion }, 400, 'COMPARE_EMPTY_SIDE'],
  ])('%j is refused: %i %s', async (body, status, code) => {
    const response = await post(body)
    const { error } = (await response.json()) as { error: { code: string; hint?: string } }
    expect([response.status, error.code]).toEqual([status, code])
    expect(error.hint).not.toBe('')
  })

  it('lets few wait, and tells the others when to come back', async () => {
    const request = { service: 'shop', candidate: newVersion, measures: ['rate'], maxOrder: 2 }
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const response = await post(request)
        return [response.status, response.headers.get('retry-after')].join(' ')
      }),
    )
    const busy = '429 30'
    expect(statuses.toSorted()).toEqual(['200 ', '200 ', '200 ', '200 ', busy, busy])
  })

  it('serves the next one when a caller goes away', async () => {
    const gone = new AbortController()
    const request = post({ service: 'shop', candidate: newVersion })
    const aborted = fetch(`${serve.url}/api/compare`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'shop', candidate: newVersion }),
      signal: gone.signal,
    })
    gone.abort()
    await expect(aborted).rejects.toThrow(/abort/i)
    expect((await request).status).toBe(200)
    expect((await post({ service: 'shop', candidate: newVersion, maxOrder: 1 })).status).toBe(200)
  })
})

describe('aftergreen compare --service', () => {
  it('says it in words', async () => {
    const { code, out, err } = await compare('--service', 'shop', '--candidate', newVersion)
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toMatch(/^Overall, .* failed \([\d,]+ of [\d,]+ → [\d,]+ of [\d,]+\): .* times/)
    expect(out).toContain('1. app.locale = "pt-BR" and 30 <= app.account.age_days < 60: ')
    expect(out).toContain('predicate  ')
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('compares two spans of time, and prints one JSON document', async () => {
    const windows = ['--candidate-window', '10m..now', '--baseline-window', '30m..10m']
    const { code, out, err } = await compare('--service', 'shop', ...windows, '--json')
    expect(err).toBe('')
    const comparison = JSON.parse(out) as Comparison
    expect([0, 1, 2]).toContain(code)
    expect(comparison.global.candidate.total).toBeGreaterThan(1000)
  })

  it('ends with what it has at Ctrl-C, and at once at the second one', async () => {
    const args = ['--service', 'shop', '--candidate', newVersion, '--max-order', '6', '--json']
    const once = await throughProxy(serve.url, '"stage":"searching"')
    const first = startCommand(['compare', '--server', once.url, ...args])
    await once.seen
    first.child.kill('SIGINT')
    const ended = await first.ended
    expect(ended.err).toContain('Ending with what was found until now.')
    const { complete, findings, searched } = JSON.parse(ended.out) as Comparison
    expect(ended.code).toBe(findings.length > 0 ? 1 : 2)
    expect({ complete, isCut: searched.cut.join().includes('stopped') }).toEqual({
      complete: false,
      isCut: true,
    })

    const twice = await throughProxy(serve.url, '"id"')
    const second = startCommand(['compare', '--server', twice.url, ...args])
    await twice.seen
    second.child.kill('SIGINT')
    await new Promise((done) => setTimeout(done, 20))
    second.child.kill('SIGINT')
    expect(await second.ended).toMatchObject({ code: 130, out: '' })
  })

  it.each([
    [['--service', 'shop', '--candidate', 'a ='], /cannot be read[^]*\n.*\^/],
    [['--service', 'shop', '--candidate', 'app.locael = "x"'], /Nearest: app.locale/],
    [
      ['--service', 'shpo', '--candidate', newVersion],
      /no requests of a service shpo.*Nearest: shop/,
    ],
    [['--service', 'shpo', '--candidate', 'app.locale = "de-DE"'], /Nearest: shop\./],
    [
      ['--service', 'shop', '--environment', 'prod', '--candidate', newVersion],
      /in the environment prod in this time\.\n.*environments with requests in this time: /,
    ],
    [
      ['--service', 'shop', '--since', '2h', '--until', '90m', '--candidate', newVersion],
      /No service has requests in this time/,
    ],
    [['--service', 'shop', '--measure', 'errors'], /rate, latency or volume/],
  ])('%j is wrong usage', async (args, message) => {
    const ended = await compare(...args)
    expect(ended).toMatchObject({ code: 64, out: '' })
    expect(ended.err).toMatch(message)
  })
})

// the last ones: a body that is refused unread takes its connection with it
describe('what is no comparison', () => {
  it('is refused by its kind and its size', async () => {
    const simple = await post('{}', { 'content-type': 'text/plain' })
    expect(simple.status).toBe(415)
    const unknown = await fetch(`${serve.url}/api/compare/nothing/finish`, { method: 'POST' })
    expect(unknown.status).toBe(404)
    const large = await post({ service: 'shop', candidate: 'x'.repeat(300_000) })
    expect(large.status).toBe(413)
  })
})
