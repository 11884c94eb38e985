import { expect, test } from 'vitest'

import type { DrilledPlant, DrillRuns } from '../cohorts/drill/drill-cohorts.ts'
import { summarizeDrill } from '../cohorts/drill/summarize-drill.ts'
import { renderDrill } from './render-drill.ts'

const plant: DrilledPlant = {
  kind: 'rate',
  text: 'device = "d-1"',
  order: 1,
  ranged: false,
  effect: 4,
  share: 0.004,
  nats: 30,
  searchNats: 28,
  namingNats: 12,
  detectable: true,
  aboveSearch: true,
  match: 'exact',
  answers: 1,
  best: { text: 'device = "d-1"', measure: 'rate', sharedRows: 1, alternativeIsExact: false },
}

function runs(plants: DrilledPlant[], alarms: number, nulls = 40): DrillRuns {
  return {
    options: { rows: 1000, attributes: 20, runs: 1, nulls, seed: 1, kinds: ['rate'] },
    planted: [{ seed: 5, seconds: 1, complete: true, plants, falseFindings: [], findings: 1 }],
    nulls: Array.from({ length: nulls }, (_, index) => ({
      seed: index,
      seconds: 2,
      findings: index < alarms ? [{ text: 'x = "y"', measure: 'rate', q: 0.01 }] : [],
    })),
    megabytes: 100,
  }
}

const states = (of: DrillRuns): string[] => summarizeDrill(of).promises.map(({ state }) => state)

test('a promise is kept, open or broken by its figure and its interval', () => {
  expect(states(runs([plant], 0))).toEqual(['kept', 'kept', 'kept'])
  expect(states(runs([plant], 3))).toEqual(['kept', 'kept', 'open'])
  expect(states(runs([plant], 12))).toEqual(['kept', 'kept', 'broken'])
  const missed: DrilledPlant = { ...plant, match: 'missed', answers: 0, best: null }
  expect(states(runs([missed, missed, missed], 0))[0]).toBe('broken')
  expect(states(runs([missed, plant], 0))[0]).toBe('open')
})

test('below the line of the search nothing is promised, but what was found is told', () => {
  const missed: DrilledPlant = { ...plant, match: 'missed', answers: 0, best: null }
  const below: DrilledPlant = { ...missed, nats: 14, searchNats: 15, aboveSearch: false }
  const of = runs([plant, below], 0)
  const summary = summarizeDrill(of)
  expect(summary.promises[0]).toMatchObject({ state: 'kept', measured: { count: 1, of: 1 } })
  expect(summary.foundOfDetectable).toMatchObject({ count: 1, of: 2, share: 0.5 })
  expect(summary.misses).toMatchObject([{ nats: 14 }])
  const text = renderDrill(of, summary, { colour: false, width: 200 }).replaceAll(/\s+/g, ' ')
  expect(text).toContain('kept found: 1 of 1, 100 % (95 % interval 2.5 % to 100 %)')
  expect(text).toContain(
    'Found above the line of confirmation (12 bad events): 1 of 2, 50 % (95 % interval 1.3 % to 98.7 %)',
  )
  expect(text).toContain(
    '14.0 nats, and 15.0 in the half that is searched, below the line of the search at 20.3',
  )
  expect(text).toContain(
    '30.0 nats, and 28.0 in the half that is searched, above the line of the search at 20.3',
  )
  const none = summarizeDrill(runs([{ ...below, detectable: false }], 0))
  expect(none.promises[0]).toMatchObject({ state: 'open', measured: { of: 0 } })
  expect(none.foundOfDetectable.of).toBe(0)
})

test('a wider description is not found, and says what was answered and why', () => {
  const partly: DrilledPlant = {
    ...plant,
    match: 'partly',
    best: { ...plant.best!, text: 'os = "o-2"', sharedRows: 0.4 },
    why: { cause: 'not suggested', suggestions: 3, nearest: null },
  }
  const of = runs([plant, partly], 12)
  const summary = summarizeDrill(of)
  expect(summary.misses).toMatchObject([{ seed: 5, match: 'partly' }])
  expect(summary.detectable).toEqual({ exact: 1, overlap: 0, partly: 1, missed: 0 })
  const text = renderDrill(of, summary, { colour: false, width: 80 })
  for (const line of [
    'BROKEN  false alarms: 12 of 40, 30 % (95 % interval 16.6 % to 46.5 %)',
    'seed 5  found exactly: device = "d-1"',
    'answer: os = "o-2", 40 % of the rows shared',
    'not suggested; 3 suggestions',
    '24 to 48 nats: 1 of 2 found',
    'seed 0  rate: x = "y", q 0.010',
  ]) {
    expect(text).toContain(line)
  }
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
})
