import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createApp } from './app.ts'
import type { AppOptions } from './app.ts'
import { createLog } from './log.ts'
import { releasesInMemory } from './testing/releases-in-memory.ts'

let folder: string
let pages: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aftergreen-app-'))
  pages = join(folder, 'dist')
  mkdirSync(join(pages, 'assets'), { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>pages</title>')
  writeFileSync(join(pages, 'assets', 'index-abc123.js'), 'export {}')
  writeFileSync(join(pages, 'assets', 'notes.bin'), 'unknown kind')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  mkdirSync(join(folder, 'dist-secret'))
  writeFileSync(join(folder, 'dist-secret', 'secret.txt'), 'secret')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function app(options: Partial<AppOptions> = {}) {
  const releases = releasesInMemory()
  const lines: string[] = []
  const handler = createApp({
    releases: () => releases,
    health: () => ({ status: 'starting', version: '1.2.3' }),
    pages,
    log: createLog('info', (text) => lines.push(text)),
    ...options,
  })
  const get = async (path: string) => handler.request(`http://127.0.0.1${path}`)
  const post = async (body: string, headers: Record<string, string> = {}) =>
    handler.request('http://127.0.0.1/api/releases', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  return { releases, lines, get, post }
}

describe('POST /api/releases', () => {
  it('records a release with everything that can be said about it', async () => {
    const { post, releases } = app()
    const request = {
      service: 'checkout',
      version: '2.0.0',
      environment: 'production',
      baselineVersion: '1.9.0',
      strategy: 'canary',
      reason: 'fix',
      links: [{ title: 'build', url: 'https://ci.example.com/42' }],
      candidateShare: 0.2,
    }
    const response = await post(JSON.stringify(request))
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({
      id: 'r1',
      service: 'checkout',
      baselineVersion: '1.9.0',
    })
    expect(releases.started).toEqual([request])
  })

  it('passes on only what was said', async () => {
    const { post, releases } = app()
    await post('{"service":"checkout","version":"2.0.0"}', {
      'content-type': 'application/json; charset=utf-8',
    })
    expect(releases.started).toEqual([{ service: 'checkout', version: '2.0.0' }])
  })

  it.each([
    ['{', 'JSON'],
    ['[]', 'expected object'],
    ['{"version":"2"}', 'service'],
    ['{"service":" ","version":"2"}', 'service'],
    ['{"service":"a","version":"2","baselineversion":"1"}', 'baselineversion'],
    ['{"service":"a","version":"2","strategy":"yolo"}', 'strategy'],
    ['{"service":"a","version":"2","candidateShare":20}', 'candidateShare'],
    ['{"service":"a","version":"2","policy":{"soakHours":-1}}', 'policy.soakHours'],
    ['{"service":"a","version":"2","policy":{"alphaHarm":0.5}}', 'policy: Unrecognized key'],
    [
      '{"service":"a","version":"2","links":[{"title":"x","url":"javascript:alert(1)"}]}',
      'links.0.url',
    ],
    [`{"service":"${'a'.repeat(300)}","version":"2"}`, 'service'],
  ])('refuses %s and names what is wrong', async (body, named) => {
    const { post, releases } = app()
    const response = await post(body)
    const { error } = await errorOf(response)
    expect(response.status).toBe(400)
    expect(error.code).toBe('INVALID_REQUEST')
    expect(error.message).toContain(named)
    expect(error.hint).not.toBe('')
    expect(releases.started).toEqual([])
  })

  it('takes nothing but JSON, so that a form of another site cannot start a release', async () => {
    const { post, releases } = app()
    const response = await post('{"service":"a","version":"2"}', { 'content-type': 'text/plain' })
    expect([response.status, (await errorOf(response)).error.code]).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ])
    expect(releases.started).toEqual([])
  })

  it('refuses a body of more than 1 MiB', async () => {
    const { post } = app()
    const response = await post(JSON.stringify({ service: 'a', version: 'x'.repeat(1024 * 1024) }))
    expect([response.status, (await errorOf(response)).error.code]).toEqual([
      413,
      'REQUEST_TOO_LARGE',
    ])
  })
})

describe('GET /api/releases', () => {
  it('lists, and gives verdict, evidence and history of each', async () => {
    const { post, get } = app()
    await post('{"service":"checkout","version":"2.0.0"}')
    expect(await (await get('/api/releases')).json()).toMatchObject({
      releases: [{ release: { id: 'r1' }, verdict: 'hold' }],
    })
    expect(await (await get('/api/releases/r1')).json()).toMatchObject({
      verdict: 'hold',
      release: { id: 'r1' },
    })
    expect(await (await get('/api/releases/r1/evidence')).json()).toHaveProperty('dashboard')
    expect(await (await get('/api/releases/r1/history')).json()).toMatchObject({
      verdicts: [{ verdict: 'hold' }],
    })
  })

  it.each(['/api/releases/x', '/api/releases/x/evidence', '/api/releases/x/history'])(
    'says that %s is unknown',
    async (path) => {
      const response = await app().get(path)
      expect([response.status, (await errorOf(response)).error.code]).toEqual([
        404,
        'RELEASE_NOT_FOUND',
      ])
    },
  )

  it('answers 503 until the data is open, and health says so', async () => {
    const { get } = app({ releases: () => null })
    const response = await get('/api/releases')
    expect([response.status, (await errorOf(response)).error.code]).toEqual([503, 'STARTING'])
    expect(await (await get('/api/health')).json()).toEqual({
      status: 'starting',
      version: '1.2.3',
    })
  })

  it('tells the log, not the caller, about a bug', async () => {
    const releases = {
      ...releasesInMemory(),
      list: async () => Promise.reject(new Error('password=hunter2')),
    }
    const { get, lines } = app({ releases: () => releases })
    const response = await get('/api/releases')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).toContain('INTERNAL')
    expect(text).not.toContain('hunter2')
    expect(lines.join('')).toContain('hunter2')
  })
})

describe('pages', () => {
  it.each(['/', '/releases/r1', '/releases/r1/deeper', '/incidents', '/traces/t1'])(
    'has the document at %s',
    async (path) => {
      const response = await app().get(path)
      expect(await response.text()).toContain('<title>pages</title>')
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self';")
    },
  )

  it('lets hashed files be kept for ever', async () => {
    const response = await app().get('/assets/index-abc123.js')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('immutable')
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%2fdist-secret/secret.txt',
    '/..%5csecret.txt',
    '/%00',
    '/%zz',
    '/assets',
    '/assets/notes.bin',
    '/assets/none.js',
    '/api/none',
    '/api',
  ])('has nothing at %s', async (path) => {
    const response = await app().get(path)
    const text = await response.text()
    expect(response.status).toBe(404)
    expect(text).not.toContain('secret\n')
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'NOT_FOUND' } })
  })

  it('says what to do where the pages are not built', async () => {
    const response = await app({ pages: null }).get('/')
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('npm run build'),
    ])
  })
})

async function errorOf(
  response: Response,
): Promise<{ error: { code: string; message: string; hint: string } }> {
  return JSON.parse(await response.text())
}
