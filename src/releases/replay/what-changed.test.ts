import { expect, test } from 'vitest'
import { sampleFinding, sampleRelease, sampleVerdict } from '../testing/sample-verdict.ts'
import { whatChanged } from './what-changed.ts'

const before = sampleVerdict({
  release: sampleRelease({ baselineVersion: null }),
  findings: [sampleFinding({ id: 'gone', title: 'Gone.' })],
  blindSpots: [{ kind: 'telemetry-gap', title: 'Silent', detail: '' }],
  evidencePlan: [
    { requirement: 'a', state: 'open', progress: 0.5 },
    { requirement: 'b', state: 'met', progress: 1 },
    { requirement: 'c', state: 'open', progress: 0 },
  ],
})

test('every difference is said, and numbers are none', () => {
  const after = sampleVerdict({
    verdict: 'rollback',
    phase: 'rolled-back',
    findings: [sampleFinding({ title: 'New.' })],
    blindSpots: [{ kind: 'low-traffic', title: 'Few', detail: '' }],
    evidencePlan: [
      { requirement: 'a', state: 'met', progress: 1 },
      { requirement: 'b', state: 'open', progress: 0.9 },
      { requirement: 'd', state: 'open', progress: 0 },
    ],
  })
  expect(whatChanged(before, after)).toEqual([
    'verdict: hold → rollback',
    'phase: watching → rolled-back',
    'baseline: none → 1.0.0',
    'new finding: New.',
    'no longer a finding: Gone.',
    'new blind spot: Few',
    'no longer a blind spot: Silent',
    'proven: a',
    'open again: b',
    'to be proven: d',
    'not asked for any more: c',
  ])
  const moved = before.evidencePlan.map((part) => ({ ...part, progress: 0.7 }))
  expect(whatChanged(before, { ...before, evidencePlan: moved })).toEqual(['facts of the release'])
  expect(whatChanged(undefined, before)).toEqual(['first look'])
})

test('a second gap of the same kind is told: it may be what keeps the release', () => {
  const gap = { kind: 'telemetry-gap', title: 'Silent', detail: '' } as const
  const another = { ...gap, title: 'The candidate is gone' }
  const after = { ...before, blindSpots: [gap, another] }
  expect(whatChanged(before, after)).toEqual(['new blind spot: The candidate is gone'])
})
