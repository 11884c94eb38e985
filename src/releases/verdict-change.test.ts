import { expect, test } from 'vitest'
import { sampleFinding, sampleRelease, sampleVerdict } from './testing/sample-verdict.ts'
import type { Verdict } from './verdict.ts'
import { isVerdictChange } from './verdict-change.ts'

const gap = { kind: 'telemetry-gap', title: 'a', detail: '' } as const
const thin = { kind: 'low-traffic', title: 'a', detail: '' } as const
const before = sampleVerdict({
  findings: [sampleFinding({ id: 'a' }), sampleFinding({ id: 'b' })],
  blindSpots: [gap, thin, { kind: 'shared-change', title: 's', detail: '' }],
  evidencePlan: [{ requirement: 'r', state: 'open', progress: 0.2 }],
})

test('the first verdict is a change', () => {
  expect(isVerdictChange(undefined, before)).toBe(true)
})

test.each<[string, Partial<Verdict>]>([
  ['word', { verdict: 'rollback' }],
  ['phase', { phase: 'superseded' }],
  ['one finding less', { findings: [sampleFinding({ id: 'a' })] }],
  ['another finding', { findings: [sampleFinding({ id: 'a' }), sampleFinding({ id: 'c' })] }],
  ['a kind of blind spot gone', { blindSpots: [gap] }],
  [
    'something else keeps it from going on',
    { blindSpots: [...before.blindSpots, { ...gap, title: 'another' }] },
  ],
  ['a requirement met', { evidencePlan: [{ requirement: 'r', state: 'met', progress: 1 }] }],
  ['another requirement', { evidencePlan: [{ requirement: 'q', state: 'open', progress: 0.2 }] }],
  ['the baseline became known', { release: sampleRelease({ baselineVersion: '1.1.0' }) }],
])('a change: %s', (_, change) => {
  expect(isVerdictChange(before, { ...before, ...change })).toBe(true)
})

test.each<[string, Partial<Verdict>]>([
  ['nothing', {}],
  ['time', { evaluatedAt: '2026-03-02T11:00:00.000Z', headline: 'other numbers' }],
  ['order of findings', { findings: before.findings.toReversed() }],
  [
    'numbers of a finding',
    { findings: [sampleFinding({ id: 'a', title: 'now 10 of 100' }), sampleFinding({ id: 'b' })] },
  ],
  [
    'which value is thin',
    { blindSpots: [...before.blindSpots.toReversed(), { ...thin, title: 'another' }] },
  ],
  ['progress', { evidencePlan: [{ requirement: 'r', state: 'open', progress: 0.9 }] }],
])('not a change: %s', (_, change) => {
  expect(isVerdictChange(before, { ...before, ...change })).toBe(false)
})
