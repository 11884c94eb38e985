import { describe, expect, it } from 'vitest'
import { clusterCoverage } from './checks/cluster-coverage.ts'
import { diskSpace } from './checks/disk-space.ts'
import { engineParts } from './checks/engine-parts.ts'
import { engineState } from './checks/engine-state.ts'
import { judgeState } from './checks/judge-state.ts'
import { missingFigures } from './checks/missing-figures.ts'
import { refusedRequests } from './checks/refused-requests.ts'
import { releaseIdentity } from './checks/release-identity.ts'
import { resentRequests } from './checks/resent-requests.ts'
import { retentionState } from './checks/retention-state.ts'
import { senderClocks } from './checks/sender-clocks.ts'
import { spoolLag } from './checks/spool-lag.ts'
import { spoolRejected } from './checks/spool-rejected.ts'
import { telemetryArrives } from './checks/telemetry-arrives.ts'
import { checks } from './checks.ts'
import type { Figures, SenderDelay } from './figures.ts'
import { figuresOf } from './testing/healthy-figures.ts'

type Check = (figures: Figures) => { state: string; title: string; advice: string }[]

const traffic = { requests: 1000, duplicates: 0, rejected: 0, refused: {} }
const health = (of: object): Figures => {
  const healthy = figuresOf()
  return { ...healthy, health: { ...healthy.health, ...of } }
}
const engine = (of: object): Figures => figuresOf({ engine: { ...figuresOf().engine!, ...of } })
const traces = (of: object): Figures['traffic'] => ({
  ...figuresOf().traffic,
  traces: { ...traffic, ...of },
})
const table = { rows: 1, bytes: 1, parts: 1, partsOfOneDay: 1 }
const sender = (low: number, high = low + 1, of: Partial<SenderDelay> = {}): SenderDelay => {
  return { service: 'shop', instance: 'a1', spans: 50, low, median: (low + high) / 2, high, ...of }
}
const punctual = sender(0.5, 6, { instance: 'b2' })
const { spool, retention, imports } = figuresOf().health
const resting = { ...figuresOf().health.engine, state: 'restarting', problem: 'it was killed' }

const wrongs: [string, Check, Figures, RegExp][] = [
  [
    'an engine that is away',
    engineState,
    health({ engine: resting }),
    /not ready \(restarting\): it was killed\.$/,
  ],
  [
    'an engine that keeps ending',
    engineState,
    health({ engine: { ...resting, state: 'ready', restarts: 9 } }),
    /again 9 times/,
  ],
  [
    'shards that are away',
    clusterCoverage,
    health({ cluster: { missing: ['h2:8123'] } }),
    /1 shards .* h2:8123\.$/,
  ],
  [
    'silence',
    telemetryArrives,
    figuresOf({ rates: rates(0, 0) }),
    /Nothing arrived within the last hour/,
  ],
  [
    'a first start',
    telemetryArrives,
    {
      ...engine({
        tables: {
          traces: { ...table, rows: 0 },
          logs: { ...table, rows: 0 },
          metrics: { ...table, rows: 0 },
        },
      }),
      rates: rates(0, 0),
    },
    /has ever arrived/,
  ],
  ['logs alone', telemetryArrives, figuresOf({ rates: rates(0, 5) }), /only logs or metrics/],
  [
    'a spool that grows',
    spoolLag,
    health({ spool: { ...spool, lag: 600, files: 9, bytes: 5e7 } }),
    /9 files \(50 MB\) .* 10 minutes/,
  ],
  [
    'files set aside',
    spoolRejected,
    health({ spool: { ...spool, rejectedFiles: 2, lastRejection: 'no such column' } }),
    /2 files .* no such column/,
  ],
  [
    'refusals',
    refusedRequests,
    figuresOf({ traffic: traces({ refused: { SPOOL_FULL: 7 } }) }),
    /7 of 1000 requests with traces .*SPOOL_FULL/,
  ],
  [
    'rejected records',
    refusedRequests,
    figuresOf({ traffic: traces({ rejected: 3 }) }),
    /3 records of traces/,
  ],
  [
    'senders that repeat',
    resentRequests,
    figuresOf({ traffic: traces({ duplicates: 50 }) }),
    /50 requests with traces \(5 %\)/,
  ],
  [
    'too many parts',
    engineParts,
    engine({ tables: { traces: { ...table, partsOfOneDay: 900 }, logs: table, metrics: table } }),
    /900 parts/,
  ],
  ['a full disk', diskSpace, engine({ disk: { total: 1e11, free: 2e9 } }), /Only 2 % \(2\.0 GB\)/],
  [
    'a retention that fails',
    retentionState,
    health({ retention: { ...retention, problem: 'no rights' } }),
    /^no rights\.$/,
  ],
  [
    'a budget that shortens',
    retentionState,
    health({ retention: { ...retention, shortened: ['logs'] } }),
    /shortens logs: .* 14 days .* since 2026-06-02/,
  ],
  [
    'a retention that stopped',
    retentionState,
    health({ retention: { ...retention, lastRun: '2026-06-15T08:00:00Z' } }),
    /last ran at 2026-06-15T08/,
  ],
  [
    'a clock ahead',
    senderClocks,
    figuresOf({ senders: [sender(-7.25), punctual] }),
    /clock of shop \(instance a1\) is ahead by at least 7\.3 s/,
  ],
  [
    'a clock behind',
    senderClocks,
    figuresOf({ senders: [sender(3590, 3602), punctual] }),
    /arrive 59\.9 minutes after they ended: its clock/,
  ],
  [
    'an exporter that is late',
    senderClocks,
    figuresOf({ senders: [sender(70, 900), punctual] }),
    /arrive late, 70\.0 s to 15\.0 minutes/,
  ],
  [
    'services without a version',
    releaseIdentity,
    figuresOf({
      identities: [{ service: 'cart', spans: 9, withoutVersion: 9, withoutEnvironment: 0 }],
    }),
    /service\.version from cart/,
  ],
  [
    'services without an environment',
    releaseIdentity,
    figuresOf({
      identities: [{ service: 'cart', spans: 9, withoutVersion: 0, withoutEnvironment: 2 }],
    }),
    /environment\.name from cart/,
  ],
]

function rates(spans: number, others: number): Figures['rates'] {
  const rate = (hour: number) => ({ minute: 0, hour })
  return { traces: rate(spans), logs: rate(others), metrics: rate(others) }
}

describe('each check', () => {
  it.each(wrongs)(
    'sees %s, says what to do, and finds nothing in a healthy server',
    (_, check, figures, words) => {
      const found = check(figures)
      expect(found.map(({ state }) => state)).toEqual(['wrong'])
      expect(found[0]!.title).toMatch(words)
      expect(found[0]!.advice).toMatch(/^[A-Z].*\.$/)
      const healthy = check(figuresOf())
      expect(healthy.every(({ state }) => state === 'fine')).toBe(true)
    },
  )
})

it('sees a release that is not judged', () => {
  const { at } = figuresOf()
  const judged = (evaluatedAt: string) => judgeState([{ name: 'shop 2', evaluatedAt }], at)
  expect(judged('2026-06-15T11:00:00Z')).toMatchObject([
    { state: 'wrong', title: expect.stringMatching(/1 of 1 releases .* shop 2/) },
  ])
  expect(judged('2026-06-15T11:59:00Z')).toMatchObject([{ state: 'fine' }])
  expect(judgeState([], at)).toMatchObject([{ state: 'fine' }])
})

it('nothing is wrong with a healthy server, and every check but those of a cluster says so', () => {
  const found = checks.flatMap((check) => check(figuresOf()))
  expect(found.filter(({ state }) => state !== 'fine')).toEqual([])
  expect(found.length).toBe(checks.length - 2)
})

it('what could not be looked at is never fine', () => {
  const blind = figuresOf({ missing: [{ what: 'ingest rates', why: 'timeout' }], rates: null })
  expect(missingFigures(blind)).toMatchObject([
    { state: 'unknown', title: 'The ingest rates could not be looked at: timeout.' },
  ])
  expect(telemetryArrives(blind)).toEqual([])
  expect(judgeState(null, blind.at)).toMatchObject([{ state: 'unknown' }])
  expect(retentionState(health({ retention: { ...retention, lastRun: null } }))).toMatchObject([
    { state: 'unknown' },
  ])
})

it('does not take imported spans, or those that wait in the spool, for late senders', () => {
  const late = figuresOf({ senders: [sender(86_400, 90_000), sender(-9)] })
  const at = (of: object): string[] =>
    senderClocks({ ...late, health: { ...late.health, ...of } }).map(({ state }) => state)
  expect(at({})).toEqual(['wrong', 'wrong'])
  expect(at({ imports: { ...imports, last: '2026-06-15T11:55:00Z' } })).toEqual([
    'wrong',
    'unknown',
  ])
  expect(at({ imports: { ...imports, last: '2026-06-15T11:00:00Z' } })).toEqual(['wrong', 'wrong'])
  expect(at({ spool: { ...spool, lag: 100 } })).toEqual(['wrong', 'unknown'])
})

it('blames its own clock when every sender is ahead', () => {
  expect(senderClocks(figuresOf({ senders: [sender(-60)] }))[0]?.advice).toContain(
    'clock of this machine',
  )
  expect(senderClocks(figuresOf({ senders: [sender(-60), punctual] }))[0]?.advice).toContain('NTP')
})

it('names five senders, and says how many more there are', () => {
  const senders = Array.from({ length: 9 }, (_, i) => sender(-10 - i, 0, { instance: `i${i}` }))
  const titles = senderClocks(figuresOf({ senders: [...senders, punctual] })).map(
    ({ title }) => title,
  )
  expect(titles).toHaveLength(6)
  expect(titles[0]).toContain('i8')
  expect(titles.at(-1)).toMatch(/^4 more/)
})
