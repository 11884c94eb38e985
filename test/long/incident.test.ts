import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Incident, Resolution } from '../../src/releases/incidents/incident.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { type Ended, runCommand } from '../cli/run-command.ts'
import { quickPace, type Serving, startServe } from '../cli/start-serve.ts'
import { exportOf } from '../judge/otlp-spans.ts'
import { type Traffic, trafficSpans } from '../judge/traffic.ts'

let folder: string
let server: Serving

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aftergreen-incident-'))
  server = await startServe(folder, quickPace)
})

afterAll(async () => {
  server.child.kill('SIGKILL')
  await server.ended
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<Ended> =>
  runCommand(args, { AFTERGREEN_SERVER: server.url })

/** Traffic that ends some seconds ago. */
async function send(traffic: Omit<Traffic, 'from'>, ended: number): Promise<void> {
  const from = Date.now() - (ended + traffic.seconds) * 1000
  const response = await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(exportOf(traffic, trafficSpans({ ...traffic, from }))),
  })
  expect(response.status).toBe(200)
}

const match = 'operation = "POST /orders" and app.plan = "business"'
const old = { service: 'checkout', version: '1.0.0' }
const fix = { service: 'checkout', version: '1.0.1' }

test('an incident is over when enough matching requests of the fix did not fail, and not before', async () => {
  expect(await run('incident', 'open', '--service', 'checkout')).toMatchObject({ code: 64 })
  const nothing = await run('incident', 'open', '--service', 'checkout', '--match', match)
  expect(nothing.code).toBe(64)
  await send({ ...old, seconds: 600, requests: 3000, failing: 0.3 }, 120)
  const opened = await run(
    'incident',
    'open',
    '--service',
    'checkout',
    '--match',
    match,
    '--started',
    '15m',
    '--json',
  )
  expect(opened).toMatchObject({ code: 0, err: '' })
  const incident = JSON.parse(opened.out) as Incident
  const { exposures, failures, rate, exemplars } = incident.signature
  expect(exposures).toBeGreaterThan(150)
  expect(failures / exposures).toBe(rate)
  expect(rate).toBeGreaterThan(0.2)
  expect(rate).toBeLessThan(0.4)
  expect(exemplars).toHaveLength(5)

  const lost = ['--incident', 'incident-nobody', '--reason', 'incident-fix']
  const unknown = await run('release', 'start', '--service', 'a', '--version', '1', ...lost)
  expect(unknown.code).toBe(64)
  expect(unknown.err).toContain('There is no incident incident-nobody.')
  const started = await run(
    'release',
    'start',
    '--service',
    'checkout',
    '--version',
    '1.0.1',
    '--at',
    '60s ago',
    '--reason',
    'incident-fix',
    '--incident',
    incident.id,
  )
  expect(started.code).toBe(0)

  // the old version that still answers beside it says nothing of the fix
  await send({ ...old, seconds: 40, requests: 200, failing: 0 }, 10)
  const resolve = async (code: number): Promise<Resolution> => {
    const { out, ...ended } = await run('incident', 'resolve', incident.id, '--json')
    expect(ended.code).toBe(code)
    return JSON.parse(out) as Resolution
  }
  const unexercised = await resolve(2)
  expect(unexercised).toMatchObject({ state: 'not-exercised', exposures: 0, version: '1.0.1' })

  await send({ ...fix, seconds: 40, requests: 120, failing: 0 }, 10)
  const early = await resolve(2)
  expect(early).toMatchObject({ state: 'not-yet', failures: 0, fix: { id: started.out.trim() } })
  expect(early.needs).toBeGreaterThan(0)
  await send({ ...fix, seconds: 40, requests: 1200, failing: 0 }, 10)
  // what the page of the release shows, which keeps nothing
  const shown = async (): Promise<Resolution> => {
    const response = await fetch(`${server.url}/api/releases/${started.out.trim()}/incident`)
    return ((await response.json()) as { resolution: Resolution }).resolution
  }
  await expect.poll(async () => (await shown()).state, { timeout: 10_000 }).toBe('resolved')
  expect((await shown()).incident.resolvedAt).toBeNull()
  const named = async (): Promise<Verdict['incident']> => {
    const status = await run('release', 'status', started.out.trim(), '--json')
    return (JSON.parse(status.out) as Verdict).incident
  }
  expect(await named()).toEqual({ id: incident.id, match, resolvedAt: null })
  const over = await resolve(0)
  expect((await named())?.resolvedAt).toBe(over.incident.resolvedAt)
  expect(over).toMatchObject({ state: 'resolved', needs: 0, failures: 0 })
  expect(over.exposures).toBeGreaterThan(early.exposures)
  const again = await run('incident', 'resolve', incident.id)
  expect(again.out).toMatch(/^Resolved: 0 of \d+ matching requests failed/)
  const listed = await run('incident', 'list')
  expect(listed.out).toContain(`${incident.id}  checkout: `)
  expect(listed.out).toContain('resolved ')
}, 60_000)
