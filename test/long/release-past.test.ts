import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Release } from '../../src/releases/release.ts'
import type { Replay } from '../../src/releases/replay/replay.ts'
import type { ReleaseReport } from '../../src/releases/report/release-report.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { type Ended, runCommand } from '../cli/run-command.ts'
import { quickPace, type Serving, startServe } from '../cli/start-serve.ts'
import { exportOf } from '../judge/otlp-spans.ts'
import { type Traffic, trafficSpans } from '../judge/traffic.ts'

let folder: string
let server: Serving

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aftergreen-past-'))
  server = await startServe(folder, quickPace)
})

afterAll(async () => {
  server.child.kill('SIGKILL')
  await server.ended
  rmSync(folder, { recursive: true, force: true })
})

/** A whole second two hours ago. */
const start = (Math.floor(Date.now() / 1000) - 7200) * 1000
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString()
const release = (...args: string[]): Promise<Ended> =>
  runCommand(['release', ...args], { AFTERGREEN_SERVER: server.url })

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(new URL(path, server.url))).json()) as T
}

const line = (traffic: Omit<Traffic, 'from'>, from: number): string =>
  JSON.stringify(exportOf(traffic, trafficSpans({ ...traffic, from: start + from * 1000 })))

test('would it have caught our last outage? import, record, replay', async () => {
  const file = join(folder, 'outage.jsonl')
  const young = { service: 'checkout', version: '2.0.0', seconds: 60, requests: 1000 }
  const lines = [
    line({ ...young, swallowedPlan: 'business' }, 0),
    line({ ...young, version: '1.0.0', requests: 4000 }, 0),
  ]
  writeFileSync(file, lines.join('\n'))
  const imported = await runCommand(['import', file, '--server', server.url])
  expect(imported).toMatchObject({ code: 0 })
  const recorded = await release(
    'start',
    '--service',
    'checkout',
    '--version',
    '2.0.0',
    '--at',
    at(0),
  )
  expect(recorded).toMatchObject({ code: 0 })
  const id = recorded.out.trim()
  expect(recorded.err).toContain(`Next: aftergreen release replay ${id}`)

  const told = await release('replay', id, '--every', '20s')
  expect(told.code).toBe(1)
  expect(told.out).toMatch(/^Caught: rollback at .* after the\s+release began\. Roll back checkout/)
  expect(told.out).toContain('What the judge would have said')
  expect(told.err).toContain('Replaying')
  const replay = await json<Replay>(`/api/releases/${id}/replay?every=20`)
  expect(replay).toMatchObject({ looks: 4, complete: true, verdict: { verdict: 'rollback' } })
  expect(replay.caught!.at > at(0) && replay.caught!.at <= at(62)).toBe(true)

  // harm that is proven is nothing that anybody can accept unseen
  await expect
    .poll(async () => (await json<Verdict>(`/api/releases/${id}`)).verdict, { timeout: 20_000 })
    .toBe('rollback')
  const refused = await release('sign-off', id, '--accept', 'x', '--by', 'ada', '--note', 'go')
  expect(refused).toMatchObject({ code: 64, out: '' })
  expect(refused.err).toContain('A rollback cannot be signed off as a hold can')

  for (const query of ['every=0', 'until=soon', 'evry=1']) {
    const response = await fetch(new URL(`/api/releases/${id}/replay?${query}`, server.url))
    expect({ query, status: response.status }).toEqual({ query, status: 400 })
  }
}, 60_000)

test('who goes on over a hold names all that is unseen, and the report tells what came of it', async () => {
  const started = await release('start', '--service', 'quiet', '--version', '7')
  const id = started.out.trim()
  const verdict = async (): Promise<Verdict> => json<Verdict>(`/api/releases/${id}`)
  await expect
    .poll(async () => (await verdict()).blindSpots[0]?.kind, { timeout: 20_000 })
    .toBe('unknown-version')
  const asked = await release('sign-off', id)
  expect(asked.code).toBe(64)
  expect(asked.err).toContain('Nobody has seen quiet 7')
  const accept = /--accept (\S+)/.exec(asked.err)![1]!
  const [first, ...others] = accept.split(',')
  const half = await release(
    'sign-off',
    id,
    '--accept',
    `${first},nope`,
    '--by',
    'a',
    '--note',
    'n',
  )
  expect(half.code).toBe(64)
  expect(half.err).toContain('This verdict has no nope.')
  for (const other of others) expect(half.err).toContain(other)
  expect((await verdict()).signOff).toBeUndefined()

  const by = ['--by', 'Ada L.', '--note', 'tested by hand']
  const signed = await release('sign-off', id, '--accept', accept, ...by)
  expect(signed).toMatchObject({ code: 0, err: '' })
  expect(signed.out).toContain('Ada L. has accepted unseen:')
  const status = await release('status', id)
  expect(status.code).toBe(0)
  expect(status.out).toContain('HOLD')
  expect(status.out).toContain('Ada L. accepted unseen')
  expect(status.out).toContain('The sign-off stands: the release may go on.')
  expect(await release('wait', id, '--timeout', '1s')).toMatchObject({ code: 0 })
  expect((await release('list')).out.replaceAll(/\s+/g, ' ')).toContain('signed off by Ada L.')

  const next = { service: 'quiet', version: '8', reason: 'incident-fix' }
  const response = await fetch(new URL('/api/releases', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(next),
  })
  expect(response.status).toBe(201)
  const { id: nextId } = (await response.json()) as Release
  const report = JSON.parse((await release('report', '--json')).out) as ReleaseReport
  expect(report.signedOff).toEqual({ releases: 1, harmed: 1 })
  expect(report.accepted).toContainEqual({
    what: 'blind-spot',
    kind: 'unknown-version',
    releases: 1,
    harmed: 1,
  })
  const told = report.releases.find((one) => one.release.id === id)!
  expect(told).toMatchObject({
    final: { verdict: 'hold' },
    signOffs: [{ by: 'Ada L.', note: 'tested by hand' }],
    wentOn: { how: 'sign-off' },
    harm: [{ kind: 'followed-by', release: { id: nextId, reason: 'incident-fix' } }],
  })
  const words = await release('report', '--since', '30d')
  expect(words.out).toContain('Went on over a hold by sign-off: 1 release, 1 of them came to harm.')
}, 60_000)
