/**
 * Situations in which other tools let a release pass although nothing was shown (docs: judge.md, silent passes). Here each
 * of them ends in `hold`, with its reason.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AftergreenError } from '../../src/errors.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { runCommand } from '../cli/run-command.ts'
import { judgeAt, recordedAt } from '../judge/judge-at.ts'
import { sendSpans } from '../judge/otlp-spans.ts'
import { announced } from '../judge/released.ts'
import {
  newVersion,
  oldVersion,
  type Part,
  type Row,
  rows,
  second,
  start,
} from '../judge/silent-pass-rows.ts'
import { trafficSpans } from '../judge/traffic.ts'
import { watchedService } from '../judge/watched-service.ts'

let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-silent-'))
  store = await openStore({ dataFolder: folder, log: () => {} })
  await send('healthy', [oldVersion, newVersion])
  for (const [, , row] of rows)
    if (row.traffic !== undefined) await send(environmentOf(row), row.traffic)
  await store.drained()
})

afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

/** Rows without traffic of their own look at the same healthy one. */
const environmentOf = (row: Pick<Row, 'traffic'>): string =>
  row.traffic === undefined ? 'healthy' : `row-${rows.findIndex(([, , each]) => each === row)}`

async function send(environment: string, parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    const { change, ...traffic } = { ...oldVersion, ...part, environment }
    const spans = trafficSpans(traffic)
    await sendSpans(store, traffic, change === undefined ? spans : spans.map(change))
  }
}

async function judged(row: Omit<Row, 'headline'>): Promise<Verdict> {
  const recorded = { ...recordedAt(environmentOf(row), start, row.release), ...row.recorded }
  const now = start + (row.after ?? 60) * second
  const { verdict } = await judgeAt(store, recorded, now, { superseded: row.superseded ?? false })
  return verdict
}

test.each(rows)('%s; here: %s', async (_tool, _situation, row) => {
  const verdict = await judged(row)
  expect(verdict).toMatchObject({
    verdict: 'hold',
    phase: row.superseded ? 'superseded' : 'watching',
    headline: expect.stringMatching(/^Hold (checkout|chekcout) 2\.0\.0: /),
    notExcluded: { what: expect.any(String) },
  })
  expect(verdict.headline).toMatch(row.headline)
  expect(verdict.comparison).toMatchObject(row.comparison ?? {})
  const kinds = verdict.blindSpots.map(({ kind }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(row.blindSpot === undefined ? [] : [row.blindSpot]))
  // what is still needed is told for every claim that is open: requests, or a longer past
  const untold = verdict.evidencePlan.filter(
    ({ state, onlyForDone, needs, waitsForPast, requirement }) =>
      state === 'open' &&
      !onlyForDone &&
      !((needs?.requests ?? 0) > 0) &&
      !waitsForPast &&
      !requirement.includes('at least 20 stretches'),
  )
  expect(untold).toEqual([])
})

test('the same traffic without such a situation does proceed', async () => {
  const verdict = await judged({})
  expect(verdict.headline).toMatch(/may go on/)
  expect(verdict).not.toHaveProperty('notExcluded')
})

test('Harness, docs: failing on no analysis is optional; here: the own engine is down', async () => {
  const lost = new AftergreenError('ENGINE_UNAVAILABLE', 'The engine is not running.')
  const down: Store = {
    ...store,
    query: () => Promise.reject(lost),
    queryColumns: () => Promise.reject(lost),
  }
  const watched = await watchedService(down)
  const { id } = await watched.service.start({ ...announced, baselineVersion: '1.0.0' })
  const verdict = await watched.verdict(id, ({ headline }) => headline.includes('could not look'))
  expect(verdict).toMatchObject({
    verdict: 'hold',
    headline: 'Hold checkout 2.0.0: the judge could not look at the telemetry.',
    blindSpots: [{ kind: 'telemetry-gap' }],
    notExcluded: { ratio: null },
  })
})

test('Datadog, setup.md: a dry run always passes; here: a replay that was stopped before its end does not', async () => {
  const replay = (verdict: string, complete: boolean): string =>
    `${JSON.stringify({ replay: { complete, verdict: { verdict }, timeline: [] } })}\n`
  const answers = [replay('proceed', true), replay('proceed', false), replay('hold', true)]
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.end(answers[Number(/(\d)\/replay/.exec(request.url ?? '')?.[1])])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ended = await Promise.all(
    answers.map((_, i) => runCommand(['release', 'replay', String(i), '--json', '--server', url])),
  )
  server.close()
  expect(ended.map(({ code }) => code)).toEqual([0, 2, 2])
})

test('Datadog, setup.md: the gate exits with 0 on repeated 5xx; Orca: a webhook succeeds on any 2xx; here: the command line fails', async () => {
  const answers: [number, string][] = [
    [503, '{"error":{"code":"ENGINE_UNAVAILABLE","message":"down"}}'],
    [500, 'internal error'],
    [200, '{"ok":true}'],
    [200, '<html>all is well</html>'],
  ]
  let answered = 0
  const server = createServer((request, response) => {
    answered += 1
    const [status, body] = answers[Number(request.url?.slice(-1))] ?? [404, '']
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ended = await Promise.all([
    ...answers.map((_, i) => runCommand(['release', 'status', String(i), '--server', url])),
    runCommand(['release', 'wait', '0', '--timeout', '1s', '--server', url]),
  ])
  server.close()
  expect(ended.map(({ code }) => code)).toEqual([70, 70, 70, 70, 70])
  expect(answered).toBeGreaterThanOrEqual(5)
  const gone = await runCommand(['release', 'status', 'x', '--server', url])
  expect(gone.code).toBe(70)
})
