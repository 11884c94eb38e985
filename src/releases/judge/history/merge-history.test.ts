import { expect, test } from 'vitest'
import { sampleFinding, sampleRelease, sampleVerdict } from '../../testing/sample-verdict.ts'
import type { Finding } from '../../verdict.ts'
import type { CoverageGap } from '../coverage.ts'
import { newWatchState } from '../hypothesis.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import type { HistoryLook } from './look-at-history.ts'
import { mergeHistory } from './merge-history.ts'

const claim = (requirement: string, met: boolean): SafetyClaim => ({
  requirement,
  operation: null,
  kind: 'failure-rate',
  met,
  progress: met ? 1 : 0.5,
  units: { candidate: 1, baseline: 1, bad: 0 },
})
const gap = (side: CoverageGap['side']): CoverageGap => ({
  side,
  spot: { kind: 'telemetry-gap', title: 't', detail: 'd' },
})
const { comparison } = sampleVerdict()
const concurrent = { findings: [], gaps: [], claims: [claim('beside', false)], comparison }
const window = { from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' }
const history: HistoryLook = {
  comparison: {
    window,
    hourClass: 'the time just before',
    replayedCuts: 30,
    margin: 1.8,
    isCalibrated: true,
  },
  findings: [],
  isAlarmed: false,
  claims: [claim('before', true)],
  referenceRequests: 700,
  sharedRise: null,
  state: newWatchState(),
}
const release = sampleRelease()

test('beside a baseline the concurrent claims stand', () => {
  const basis = mergeHistory(release, concurrent, history)
  expect(basis.claims).toBe(concurrent.claims)
  expect(basis.comparison).toMatchObject({ baselineKind: 'concurrent', history: { margin: 1.8 } })
  expect(basis.requestsBefore).toBeNull()
})

test('without history a missing baseline stays a gap', () => {
  const alone = { ...concurrent, gaps: [gap('baseline')] }
  expect(mergeHistory(release, alone, null)).toMatchObject({
    gaps: alone.gaps,
    comparison: { baselineKind: 'concurrent', history: null },
  })
})

test.each([
  ['all-at-once', 'before-after'],
  ['canary', 'before-after'],
  ['blue-green', 'blue-green'],
] as const)('without a baseline %s is judged by %s', (strategy, baselineKind) => {
  const alone = { ...concurrent, gaps: [gap('baseline')] }
  expect(mergeHistory(sampleRelease({ strategy }), alone, history)).toMatchObject({
    gaps: [],
    claims: history.claims,
    comparison: { baselineKind, baselineWindow: window },
    requestsBefore: 700,
  })
})

test('what was proven beside the old version stays proven when that is gone', () => {
  const proven = { ...concurrent, claims: [claim('beside', true)], gaps: [gap('baseline')] }
  expect(mergeHistory(release, proven, history)).toMatchObject({ gaps: [], claims: proven.claims })
})

test('where the candidate has nothing to show, history is no stand-in', () => {
  const nothing = { ...concurrent, gaps: [gap('candidate'), gap('baseline')] }
  expect(mergeHistory(release, nothing, history).gaps).toEqual(nothing.gaps)
})

test('a rise of the whole is listed under the finding that describes it more exactly', () => {
  const narrow = sampleFinding({ id: 'narrow', cohort: [operation('GET /cart'), plan] })
  const whole = sampleFinding({ id: 'whole', comparison: 'before-after' })
  const other = sampleFinding({ id: 'other', cohort: [operation('POST /orders')] })
  const silent = sampleFinding({ id: 'silent', kind: 'silent-failure' })
  const { findings } = mergeHistory(
    release,
    { ...concurrent, findings: [narrow] },
    { ...history, findings: [whole, other, silent] },
  )
  const explains = findings.map(({ id, explains: ids }) => [id, ids])
  expect(explains).toEqual([
    ['narrow', ['whole']],
    ['whole', []],
    ['other', []],
    ['silent', []],
  ])
})

const plan = { attribute: 'app.plan', op: '=', value: 'business' } as const
function operation(value: string): Finding['cohort'][number] {
  return { attribute: 'operation', op: '=', value }
}
