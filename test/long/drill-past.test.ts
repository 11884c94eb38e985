/** The judge drilled on a service's own past: by the command line, through the API, and every day by itself. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DrillReport, SelfCheckRun } from '../../src/releases/drill/self-check.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { openReleaseService } from '../../src/releases/open-release-service.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type Ended, runCommand } from '../cli/run-command.ts'
import { quickPace, type Serving, startServe } from '../cli/start-serve.ts'
import { exportOf } from '../judge/otlp-spans.ts'
import { sendTraffic, type Traffic, trafficSpans } from '../judge/traffic.ts'

let folder: string
let server: Serving

const seconds = 480
/** Ten minutes ago, on a whole second. */
const start = (Math.floor(Date.now() / 1000) - 600) * 1000
const past: Omit<Traffic, 'from'> = {
  service: 'checkout',
  version: '1.0.0',
  seconds,
  requests: 3500,
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-drill-'))
  const pace = [...quickPace, '--no-self-check']
  server = await startServe(folder, pace)
  const file = path.join(folder, 'past.jsonl')
  const lines = ['a', 'b'].map((instance) =>
    JSON.stringify(exportOf({ ...past, instance }, trafficSpans({ ...past, from: start }))),
  )
  await writeFile(file, lines.join('\n'))
  const { code, err } = await runCommand(['import', file, '--server', server.url])
  if (code !== 0) throw new Error(err)
})

afterAll(async () => {
  server.child.kill('SIGKILL')
  await server.ended
  await rm(folder, { recursive: true, force: true })
})

const drill = (...args: string[]): Promise<Ended> =>
  runCommand(['drill', ...args], { AFTERGREEN_SERVER: server.url })

async function latest(query = ''): Promise<SelfCheckRun[]> {
  const response = await fetch(new URL(`/api/self-check${query}`, server.url))
  const { selfChecks } = (await response.json()) as { selfChecks: SelfCheckRun[] }
  return selfChecks
}

test('placebos stay quiet, what is planted is found, and verdicts carry the figures', async () => {
  const asked = ['--service', 'checkout', '--placebos', '20', '--planted', '20', '--seed', '3']
  const told = await drill(...asked, '--json')
  expect(told.err).toContain('checkout: ')
  expect(told.code).toBe(0)
  const { runs, complete } = JSON.parse(told.out) as DrillReport
  expect(complete).toBe(true)
  const [run] = runs
  expect(run).toMatchObject({ service: 'checkout', seed: 3, origin: 'asked', complete: true })
  expect(run!.placebos).toMatchObject({ alarms: 0, tooMany: false, promised: 0.01 })
  expect(Object.keys(run!.placebos.kinds)).toEqual(['split', 'instances', 'edges', 'time'])
  // eight minutes of it
  expect(run!.notCovered?.map(({ kind }) => kind)).toEqual(['late'])
  expect(run!.drills.detectable).toBeGreaterThanOrEqual(6)
  expect(run!.drills.tooFew).toBe(false)
  // as large as that it is never missed
  const largest = run!.drills.curve.find(({ share, effect }) => share === 1 && effect === 1)
  expect(largest).toMatchObject({ found: largest!.planted })

  // the same past and seed: the same answer
  const few = ['--service', 'checkout', '--placebos', '4', '--planted', '4', '--json']
  const [once, twice] = [await drill(...few), await drill(...few)].map(({ out }) => {
    const [{ at, ...rest }] = (JSON.parse(out) as DrillReport).runs as [SelfCheckRun]
    return { rest, at }
  })
  expect(once!.rest).toEqual(twice!.rest)
  expect(once!.rest).not.toHaveProperty('placebos.runs', run!.placebos.runs)

  // verdicts rest on the large one
  expect((await latest('?service=checkout'))[0]).toEqual(run)
  expect(await latest('?service=other')).toEqual([])
  const response = await fetch(new URL('/api/self-check?servic=x', server.url))
  expect(response.status).toBe(400)

  const { out: id } = await runCommand(
    ['release', 'start', '--service', 'checkout', '--version', '2.0.0'],
    { AFTERGREEN_SERVER: server.url },
  )
  const verdict = async (): Promise<unknown> =>
    await (await fetch(new URL(`/api/releases/${id.trim()}`, server.url))).json()
  await expect
    .poll(verdict, { timeout: 60_000 })
    .toMatchObject({ selfCheck: { at: run!.at, placebos: { runs: run!.placebos.runs } } })
  const spots = async (id: string): Promise<string[]> => {
    const response = await fetch(new URL(`/api/releases/${id.trim()}`, server.url))
    const { blindSpots, evidencePlan } = (await response.json()) as Verdict
    // the first verdict is that nobody has looked
    return evidencePlan.length === 0
      ? ['not yet']
      : blindSpots.map(({ kind, subject }) => `${kind} ${subject}`)
  }
  await expect.poll(() => spots(id), { timeout: 60_000 }).not.toContain('not yet')
  expect(await spots(id)).toContain('self-check not covered')
  expect(await spots(id)).not.toContain('self-check never drilled')
  const other = await runCommand(['release', 'start', '--service', 'search', '--version', '7'], {
    AFTERGREEN_SERVER: server.url,
  })
  await expect
    .poll(() => spots(other.out), { timeout: 60_000 })
    .toContain('self-check never drilled')
})

test('a judge that is spoiled on purpose does not pass its drill', async () => {
  const counts = await drill(
    '--service',
    'checkout',
    '--placebos',
    '12',
    '--planted',
    '0',
    '--plant-bug',
    'units',
  )
  expect(counts.out).toContain('Planted bug: units. This drill should fail.')
  expect(counts.out).toContain('BROKEN  false alarms')
  expect(counts.code).toBe(1)
  const deaf = await drill(
    '--service',
    'checkout',
    '--placebos',
    '0',
    '--planted',
    '20',
    '--plant-bug',
    'deaf',
  )
  expect(deaf.out).toContain('BROKEN  found of the detectable: 0 of')
  expect(deaf.code).toBe(1)
  // what a spoiled judge shows is not kept
  expect((await latest())[0]).not.toHaveProperty('bug')
})

test('nothing to drill is not a pass', async () => {
  const unknown = await drill('--service', 'checkuot')
  expect(unknown).toMatchObject({ code: 2, out: '' })
  expect(unknown.err).toContain('Services seen: checkout.')
  const early = await drill(
    '--service',
    'checkout',
    '--since',
    new Date(start + 460_000).toISOString(),
  )
  expect(early.code).toBe(2)
  expect(early.out).toContain('Not drilled: checkout. The longest time without a release has')
  expect((await drill('--plant-bug', 'none')).code).toBe(64)
})

test('serve drills the judge by itself: once the past suffices, when it has doubled, and every day', async () => {
  const own = await mkdtemp(path.join(tmpdir(), 'aftergreen-daily-'))
  const store: Store = await openStore({ dataFolder: own, log: () => {} })
  let offset = 0
  const lines: string[] = []
  const service = await openReleaseService({
    store,
    dataFolder: own,
    baseUrl: 'http://127.0.0.1:4319',
    judge: { everySeconds: 0.2, blockSeconds: 1, lagSeconds: 0 },
    log: (line) => lines.push(line),
    now: () => Date.now() + offset,
    selfCheck: { everyMillis: 100, size: 4, leastPastMillis: 10_000, rest: 0 },
  })
  const runs = async (count: number): Promise<void> =>
    expect
      .poll(() => lines.filter((line) => line.startsWith('self-check on the past of')).length, {
        timeout: 120_000,
      })
      .toBe(count)
  try {
    await sendTraffic(store, { ...past, seconds: 20, requests: 300, from: Date.now() - 20_000 })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(await service.selfChecks()).toEqual([])
    await sendTraffic(store, { ...past, seconds: 100, requests: 1500, from: Date.now() - 120_000 })
    // it was found too short a moment ago
    offset += 21 * 60_000
    await runs(1)
    const [first] = await service.selfChecks('checkout')
    expect(first).toMatchObject({ service: 'checkout', origin: 'daily', complete: true })
    expect(first!.placebos.runs).toBe(4)
    expect(first!.drills.planted).toBeGreaterThan(0)
    // not again before the past can say more
    offset += 30 * 60_000
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await runs(1)
    offset += 31 * 60_000
    await sendTraffic(store, {
      ...past,
      seconds: 60,
      requests: 600,
      from: Date.now() + offset - 60_000,
    })
    await runs(2)
  } finally {
    await service.close()
    await store.close()
    await rm(own, { recursive: true, force: true })
  }
})
