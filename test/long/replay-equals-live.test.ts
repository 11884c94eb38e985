import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Replay } from '../../src/releases/replay/replay.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { runCommand } from '../cli/run-command.ts'
import { quickPace, type Serving, startServe } from '../cli/start-serve.ts'
import { exportOf } from '../judge/otlp-spans.ts'
import { type Traffic, trafficSpans } from '../judge/traffic.ts'

let folder: string
let server: Serving

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aftergreen-live-'))
  server = await startServe(folder, quickPace)
})

afterAll(async () => {
  server.child.kill('SIGKILL')
  await server.ended
  rmSync(folder, { recursive: true, force: true })
})

async function send(traffic: Traffic): Promise<void> {
  const response = await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(exportOf(traffic, trafficSpans(traffic))),
  })
  expect(response.status).toBe(200)
}

const old = { service: 'checkout', version: '1.0.0' }
const young = { service: 'checkout', version: '2.0.0' }
const pieceMillis = 250

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(new URL(path, server.url))).json()) as T
}

/** What happens as it happens, each piece of it sent when it is over; after two seconds it goes wrong. */
async function watched(id: string): Promise<Verdict[]> {
  const seen = new Map<string, Verdict>()
  const deadline = Date.now() + 40_000
  const onset = Date.now() + 2000
  for (let from = Date.now(); Date.now() < deadline; from += pieceMillis) {
    await sleep(Math.max(0, from + pieceMillis - Date.now()))
    const piece = { from, seconds: pieceMillis / 1000 }
    const fault = from < onset ? {} : { swallowedPlan: 'free' }
    await Promise.all([
      send({ ...old, ...piece, requests: 60 }),
      send({ ...young, ...piece, requests: 30, ...fault }),
    ])
    const verdict = await json<Verdict>(`/api/releases/${id}`)
    // not before the first look at a whole second of it
    if (verdict.evidencePlan.length === 0 || reach(verdict) <= 0) continue
    seen.set(verdict.evaluatedAt, verdict)
    if (verdict.verdict === 'rollback') break
  }
  return [...seen.values()]
}

/** What a look says, without its numbers: a replay tells of a look whenever this changes. */
const claimed = ({ verdict, phase, findings, blindSpots, evidencePlan }: Verdict): object => ({
  verdict,
  phase,
  findings: findings.map(({ kind, cohort }) => ({ kind, cohort })),
  blindSpots: [...new Set(blindSpots.map(({ kind }) => kind))].toSorted(),
  evidencePlan: evidencePlan.map(({ requirement, state }) => ({ requirement, state })),
})

const said = (verdict: Verdict): object => ({
  ...claimed(verdict),
  headline: verdict.headline,
  titles: verdict.findings.map(({ title }) => title),
})

/** The end of the whole blocks of a second that a look uses, a second late; ms after the start. */
const reach = (verdict: Verdict): number => {
  const millis = Date.parse(verdict.evaluatedAt) - Date.parse(verdict.release.startedAt) - 1000
  return Math.floor(millis / 1000) * 1000
}

/** A replay with a look each second: the verdicts that changed something, and the last one. */
async function replayed(id: string, until: string): Promise<{ changed: Verdict[]; last: Verdict }> {
  const url = new URL(`/api/releases/${id}/replay?every=1&until=${until}`, server.url)
  const response = await fetch(url, { headers: { accept: 'application/x-ndjson' } })
  const lines = (await response.text()).trim().split('\n')
  const events = lines.map((line) => JSON.parse(line) as { verdict?: Verdict; replay?: Replay })
  return {
    changed: events.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict])),
    last: events.at(-1)!.replay!.verdict!,
  }
}

test('a replay says of each moment what the live judge said at it', async () => {
  await send({ ...old, from: Date.now() - 60_000, seconds: 60, requests: 3000 })
  const release = (...args: string[]): ReturnType<typeof runCommand> =>
    runCommand(['release', ...args], { AFTERGREEN_SERVER: server.url })
  const started = await release('start', '--service', 'checkout', '--version', '2.0.0')
  const id = started.out.trim()
  const live = await watched(id)
  const last = live.at(-1)!
  expect(last.verdict).toBe('rollback')

  const first = live[0]!
  const told = await release('replay', id, '--every', '1s', '--until', first.evaluatedAt, '--json')
  expect(said((JSON.parse(told.out) as Replay).verdict!)).toEqual(said(first))
  const replay = await replayed(id, last.evaluatedAt)
  expect(said(replay.last)).toEqual(said(last))
  for (const verdict of live) {
    const same = replay.changed.findLast((change) => reach(change) <= reach(verdict))!
    expect({ reach: reach(verdict), ...claimed(same) }).toEqual({
      reach: reach(verdict),
      ...claimed(verdict),
    })
  }
}, 120_000)
