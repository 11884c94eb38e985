import { expect, it } from 'vitest'

import type { VerdictChange } from '../releases/release-service.ts'
import { sampleVerdict } from '../releases/testing/sample-verdict.ts'
import { renderTimeline } from './render-timeline.ts'

const plain = { colour: false, width: 100 }

const entry = (evaluatedAt: string, verdict: VerdictChange['verdict']): VerdictChange => ({
  verdict,
  phase: 'watching',
  headline: `It says ${verdict}.`,
  findings: 0,
  evaluatedAt,
  changed: [],
})

const signed = (at: string, by: string, ...ids: string[]) => ({
  releaseId: sampleVerdict().release.id,
  at,
  by,
  note: 'by hand',
  headline: '',
  accepted: ids.map((id) => ({
    id,
    what: 'requirement' as const,
    kind: 'evidence',
    title: `Claim ${id}`,
  })),
})

it('puts sign-offs where they were given, and does not repeat what was accepted before', () => {
  const entries = [entry('2026-07-01T10:00:00Z', 'hold'), entry('2026-07-01T12:00:00Z', 'rollback')]
  const signOffs = [
    signed('2026-07-01T11:00:00Z', 'Ada', 'one', 'two'),
    signed('2026-07-01T13:00:00Z', 'Bea', 'two', 'three'),
  ]
  expect(renderTimeline(entries, plain, signOffs).split('\n')).toEqual([
    '  2026-07-01 10:00:00 UTC  HOLD',
    '    It says hold.',
    '  2026-07-01 11:00:00 UTC  SIGN-OFF',
    '    Ada accepted unseen, 2026-07-01 11:00:00 UTC: "by hand"',
    '    - Claim one [one]',
    '    - Claim two [two]',
    '  2026-07-01 12:00:00 UTC  ROLLBACK',
    '    It says rollback.',
    '  2026-07-01 13:00:00 UTC  SIGN-OFF',
    '    Bea accepted unseen, 2026-07-01 13:00:00 UTC: "by hand"',
    '    - Claim three [three]',
    '    - 1 accepted before',
  ])
})
