import { expect, test } from 'vitest'
import type { PlaceboAlarm } from '../releases/drill/self-check.ts'
import { sampleSelfCheck } from '../releases/testing/sample-self-check.ts'
import { placeboState, plantState, renderSelfCheck } from './render-self-check.ts'
import { columnsOf } from './wrap-text.ts'

const report = (run: ReturnType<typeof sampleSelfCheck>) => ({
  runs: [run],
  skipped: [],
  complete: true,
})

test('nothing that should be found is not a promise that was kept', () => {
  const run = sampleSelfCheck()
  const none = {
    ...run,
    drills: { ...run.drills, detectable: 0, foundDetectable: 0, tooFew: false, parts: [] },
  }
  expect(plantState(none)).toBe('open')
  expect(placeboState({ ...run.placebos, runs: 0, alarms: 0, tooMany: false })).toBe('open')
  expect(renderSelfCheck(report(none), { colour: false, width: 80 })).toContain(
    'open    found of the detectable: nothing to measure',
  )
})

test('lines fit their columns, and what is not covered stands with the promises', () => {
  const run = sampleSelfCheck()
  const alarm: PlaceboAlarm = {
    kind: 'split',
    placebo: 1,
    from: '2026-07-01T11:00:00Z',
    to: '2026-07-01T11:05:00Z',
    candidateShare: 0.5,
    seconds: 80,
    claims: ['latency: operation = "GET /cart"'],
  }
  const text = renderSelfCheck(
    report({
      ...run,
      placebos: { ...run.placebos, alarmed: [alarm] },
      notCovered: [{ kind: 'late', why: 'Its past is too short.' }],
    }),
    { colour: false, width: 80 },
  )
  for (const line of text.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
  expect(text.indexOf('not covered')).toBeGreaterThan(0)
  expect(text.indexOf('not covered')).toBeLessThan(text.indexOf('False alarms'))
})
