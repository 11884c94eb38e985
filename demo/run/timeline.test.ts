import { expect, test } from 'vitest'
import { sampleFinding, sampleVerdict } from '../../src/releases/testing/sample-verdict.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { Timeline, timelinePanel } from './timeline.ts'

const start = Date.parse('2026-03-02T10:00:00.000Z')
const at = (seconds: number, changes: Partial<Verdict>): Verdict =>
  sampleVerdict({ ...changes, evaluatedAt: new Date(start + 1000 * seconds).toISOString() })
const spot = { kind: 'common-mode', title: 'A changed', detail: '' } as const

test('keeps when verdicts began to say something else', () => {
  const timeline = new Timeline(start)
  const held = { verdict: 'hold', headline: 'Hold it.' } as const
  timeline.add(at(5, { ...held, findings: [], blindSpots: [] }))
  timeline.add(at(10, { ...held, findings: [], blindSpots: [spot] }))
  timeline.add(at(15, { ...held, findings: [], blindSpots: [{ ...spot, title: 'B changed' }] }))
  const finding = sampleFinding({ comparison: 'before-after', title: 'It fails.' })
  timeline.add(
    at(20, {
      verdict: 'rollback',
      headline: 'Roll it back.',
      findings: [finding],
      blindSpots: [spot],
    }),
  )
  const kinds = timeline.entries.map((it) => [it.seconds, it.verdict, it.blindSpot?.kind])
  expect(kinds).toEqual([
    [5, 'hold', undefined],
    [10, 'hold', 'common-mode'],
    [20, 'rollback', 'common-mode'],
  ])
  expect(timeline.entries.at(-1)?.finding?.comparison).toBe('before-after')
  // a look that took long, and what was told before it
  const slow = new Timeline(start)
  slow.add(
    at(6, {
      ...held,
      findings: [],
      blindSpots: [{ kind: 'telemetry-gap', title: 'Not yet', detail: '' }],
    }),
  )
  slow.add(at(0, { ...held, findings: [], blindSpots: [] }))
  slow.add(at(7, { ...held, findings: [], blindSpots: [spot] }))
  expect(slow.entries.map(({ seconds }) => seconds)).toEqual([0, 7])

  const events = [
    { when: 'before', text: 'config diff: 1 fails.' },
    { when: 12, text: 'It gets all traffic.' },
  ] as const
  const panel = timelinePanel(events, timeline.entries, { colour: false, width: 60 })
  expect(panel.split('\n').map((line) => line.trim().split('  ')[0])).toEqual([
    'What was known when',
    'before',
    '5 s',
    '10 s',
    '12 s',
    '20 s',
  ])
  expect(panel).toContain('    before  config diff: 1 fails.')
  expect(panel).toContain('      20 s  ROLLBACK  Roll it back.')
})
