import { expect, test } from 'vitest'
import type { Replay, ReplayEntry } from '../replay/replay.ts'
import { sampleFinding, sampleVerdict } from '../testing/sample-verdict.ts'
import type { BlindSpot, OpenLimit, Verdict } from '../verdict.ts'
import { numbersOf, planRelease } from './plan-release.ts'
import type { ReleasePlan, SimulatedKind } from './release-plan.ts'
import { type ReleaseScore, scoreRelease } from './score-release.ts'
import { summarizeReleases } from './summarize-releases.ts'

const seed = 3
const planOf = (kind: SimulatedKind): ReleasePlan =>
  planRelease(seed, numbersOf(seed, 1, [kind])[0]!)

function replayOf(
  plan: ReleasePlan,
  caughtAfter: number | null,
  verdict: Partial<Verdict> = {},
  timeline: Partial<ReplayEntry>[] = [],
): Replay {
  const start = plan.releases[0]!.start
  const at = (minutes: number): string => new Date(start + minutes * 60_000).toISOString()
  return {
    release: sampleVerdict().release,
    plan: {
      from: at(0),
      until: at(36),
      end: 'asked for',
      everySeconds: 90,
      looks: 24,
      widened: false,
    },
    looks: 24,
    complete: true,
    caught:
      caughtAfter === null
        ? null
        : { at: at(caughtAfter), secondsAfterStart: caughtAfter * 60, headline: '' },
    timeline: timeline as ReplayEntry[],
    verdict: sampleVerdict({ findings: [], blindSpots: [], ...verdict }),
  }
}

const score = (plan: ReleasePlan, ...replay: [number | null, Partial<Verdict>?]): ReleaseScore =>
  scoreRelease(plan, plan.releases[0]!, replayOf(plan, ...replay))

test('a fault is caught from its onset on, and a rollback before it is a false alarm', () => {
  const plan = planOf('late-onset')
  const onset = plan.fault!.onset / 60_000
  expect(score(plan, onset + 5)).toMatchObject({ outcome: 'caught', delaySeconds: 300 })
  expect(score(plan, onset - 3)).toMatchObject({ outcome: 'false alarm', delaySeconds: null })
  expect(score(planOf('healthy'), 5)).toMatchObject({ outcome: 'false alarm', expected: null })
  expect(score(planOf('healthy'), null)).toMatchObject({ outcome: 'clean' })
})

test('a finding names the fault by its operation', () => {
  const plan = planOf('crash')
  const about = sampleFinding({ title: `${plan.fault!.operation} fails` })
  expect(score(plan, 9, { findings: [about] }).isNamed).toBe(true)
  const other = sampleFinding({ title: 'GET /other fails', cohort: [] })
  expect(score(plan, 9, { findings: [other] }).isNamed).toBe(false)
})

test('a fault that is told and holds the release is found, one that goes on beside its finding is not', () => {
  const plan = planOf('missing-call')
  const title = `no call to ${plan.fault!.callee}`
  const findings = [sampleFinding({ title, cohort: [] })]
  const at = (minutes: number): string =>
    new Date(plan.releases[0]!.start + minutes * 60_000).toISOString()
  const entry = (minutes: number, changed: string): Partial<ReplayEntry> => ({
    verdict: 'hold',
    evaluatedAt: at(minutes),
    changed: [changed],
  })
  const timeline = [
    entry(3, 'new finding: other'),
    entry(6, `finding gone: ${title}`),
    entry(9, `new finding: ${title}`),
  ]
  const scored = (verdict: Partial<Verdict>): ReleaseScore =>
    scoreRelease(plan, plan.releases[0]!, replayOf(plan, null, verdict, timeline))
  expect(scored({ verdict: 'hold', findings })).toMatchObject({
    outcome: 'held',
    delaySeconds: 540,
  })
  expect(scored({ verdict: 'proceed', findings }).outcome).toBe('missed')
  expect(scored({ verdict: 'hold' }).outcome).toBe('missed')
})

test('of two releases that overlap only one is to be rolled back', () => {
  const plan = planOf('overlapping')
  const [guilty, other] = plan.releases
  const replay = replayOf(plan, 12)
  expect(scoreRelease(plan, guilty!, replay)).toMatchObject({ isFaulty: true, outcome: 'caught' })
  expect(scoreRelease(plan, other!, replay)).toMatchObject({
    isFaulty: false,
    outcome: 'false alarm',
  })
})

test('a miss counts as told where a blind spot is about it, or says that so little goes unnoticed', () => {
  const plan = planOf('crash')
  const { service, operation } = plan.fault!
  const missed = (spot?: Partial<BlindSpot>): ReleaseScore =>
    score(plan, null, {
      blindSpots:
        spot === undefined ? [] : [{ kind: 'low-traffic', title: '', detail: '', ...spot }],
    })
  expect(missed()).toMatchObject({ outcome: 'missed', listed: null })
  expect(missed({ title: `${operation}: no candidate request yet` }).listed).toContain(operation)
  expect(missed({ title: 'GET /other: no candidate request yet' }).listed).toBeNull()
  const small = { subject: service, title: `A failure rate of ${service} below …` }
  expect(missed({ ...small, minimumDetectableEffect: 1e6 }).listed).toBe(small.title)
  expect(missed({ ...small, minimumDetectableEffect: 1.1 }).listed).toBeNull()
})

test('a limit that is not excluded tells of a miss only where the fault is within it', () => {
  const plan = planOf('crash')
  const { operation, service } = plan.fault!
  const listed = (limit: Partial<OpenLimit>): string | null => {
    const limits: OpenLimit[] = [
      { subject: operation, kind: 'failure-rate', ratio: null, ...limit },
    ]
    const detail = `Not excluded: ${operation}`
    const spot: BlindSpot = { kind: 'not-excluded', title: 'Not excluded', detail, limits }
    return score(plan, null, { blindSpots: [spot] }).listed
  }
  expect(listed({})).toBe('Not excluded')
  expect(listed({ ratio: 1e6 })).toBe('Not excluded')
  expect(listed({ ratio: 1.1 })).toBeNull()
  expect(listed({ kind: 'latency' })).toBeNull()
  expect(listed({ subject: service, ratio: 1e6 })).toBe('Not excluded')
  expect(listed({ subject: 'GET /other' })).toBeNull()
})

test('what hits both sides is told by the margin of the time before, and only below it', () => {
  const plan = planOf('config-fault')
  const spot: BlindSpot = { kind: 'shared-change', title: 'Both at once', detail: '' }
  const { comparison } = sampleVerdict()
  const listed = (margin: number): string | null => {
    const window = { from: '', to: '' }
    const hourClass = 'the time just before'
    const history = { window, hourClass, replayedCuts: 0, margin, isCalibrated: false } as const
    return score(plan, null, { blindSpots: [spot], comparison: { ...comparison, history } }).listed
  }
  expect(listed(1e6)).toBe('Both at once')
  expect(listed(1.01)).toBeNull()
})

test('proceed after telemetry has stopped is going on blind, before that it is not', () => {
  const plan = planOf('telemetry-loss')
  const after = (minutes: number): ReplayEntry[] => [
    {
      verdict: 'proceed',
      evaluatedAt: new Date(plan.loss!.at + minutes * 60_000).toISOString(),
    } as ReplayEntry,
  ]
  const hold = (minutes: number): ReplayEntry =>
    ({ ...after(minutes)[0], verdict: 'hold' }) as ReplayEntry
  const outcome = (timeline: ReplayEntry[]): string =>
    scoreRelease(plan, plan.releases[0]!, replayOf(plan, null, {}, timeline)).outcome
  expect(outcome(after(10))).toBe('went on blind')
  // nothing changed it
  expect(outcome(after(-3))).toBe('went on blind')
  expect(outcome([...after(-3), hold(4)])).toBe('clean')
  expect(outcome([hold(-3)])).toBe('clean')
})

test('a replay that did not come to its end is no score', () => {
  const plan = planOf('healthy')
  const replay = { ...replayOf(plan, null), complete: false }
  expect(() => scoreRelease(plan, plan.releases[0]!, replay)).toThrow('did not come to its end')
})

test('the bars hold on the figures as they are', () => {
  const strong = planOf('config-fault')
  const fault = { ...strong.fault!, probability: 0.99 }
  const caught = score({ ...strong, fault }, 12)
  const missed = score({ ...strong, fault }, null)
  const clean = score(planOf('healthy'), null)
  const alarm = score(planOf('healthy'), 5)
  const holds = (scores: ReleaseScore[]): (boolean | null)[] =>
    summarizeReleases(scores).bars.map(({ holds }) => holds)
  expect(caught.expected!.isDetectable).toBe(true)
  expect(holds([caught, clean])).toEqual([true, true, null, null])
  expect(holds([caught, missed, clean])).toEqual([false, true, false, null])
  expect(holds([...Array.from({ length: 99 }, () => clean), alarm])[1]).toBe(true)
  expect(holds([...Array.from({ length: 98 }, () => clean), alarm])[1]).toBe(false)
  const held: ReleaseScore = { ...missed, outcome: 'held' }
  expect(holds([caught, held])[0]).toBe(true)
  expect(summarizeReleases([caught, held]).rolledBackOfDetectable.share).toBe(0.5)
  const summary = summarizeReleases([caught, missed, clean, alarm])
  expect(summary.precision).toMatchObject({ count: 1, of: 2 })
  expect(summary.misses).toEqual([missed])
  expect(summary.kinds).toMatchObject([
    { kind: 'healthy', faulty: 0, healthy: { count: 1, of: 2 } },
    { kind: 'config-fault', detectable: { count: 1, of: 2 }, delay: { median: 720 } },
  ])
  expect(holds([])).toEqual([null, null, null, null])
})
