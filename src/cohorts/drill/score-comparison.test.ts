import { expect, test } from 'vitest'

import type { Cohort } from '../cohort.ts'
import type { Comparison, Finding } from '../compare/comparison.ts'
import { formatCohort } from '../format-cohort.ts'
import type { PlantedEvents } from './planted-events.ts'
import { scoreComparison } from './score-comparison.ts'

const rows = 10_000
/** Value `a-3` of `a` fails on the candidate; `b` renames `a`, `c` is `a` halved, `n` counts up. */
function events(cohort: Cohort, members: (row: number) => boolean): PlantedEvents {
  const codes = Uint8Array.from({ length: rows }, (_, row) => 1 + (row % 20))
  const text = (name: string, size: number): (string | null)[] => [
    null,
    ...Array.from({ length: size }, (_, index) => `${name}-${index + 1}`),
  ]
  const candidate = Uint8Array.from({ length: rows }, (_, row) => Math.floor(row / 20) % 2)
  const inside = Uint32Array.from({ length: rows }, (_, row) => row).filter(members)
  return {
    table: {
      rows,
      candidate,
      attributes: [
        { name: 'a', kind: 'category', codes, values: text('a', 20) },
        { name: 'b', kind: 'category', codes, values: text('b', 20) },
        {
          name: 'c',
          kind: 'category',
          codes: codes.map((code) => Math.ceil(code / 2)),
          values: text('c', 10),
        },
        { name: 'n', kind: 'number', values: Float32Array.from({ length: rows }, (_, row) => row) },
      ],
    },
    unit: Uint32Array.from({ length: rows }, (_, row) => row),
    measures: [],
    durations: undefined,
    planted: [
      {
        kind: 'rate',
        cohort,
        effect: 10,
        share: inside.length / rows,
        members: inside,
        excess: new Map([['rate', inside.filter((row) => candidate[row] === 1)]]),
        expected: {
          measure: 'rate',
          baseline: { bad: 1, total: 100 },
          candidate: { bad: 50, total: 100 },
          designEffect: 1,
          nats: 40,
          searchNats: 40,
          users: 50,
        },
        namingNats: 10,
        detectable: true,
        aboveSearch: true,
      },
    ],
    traits: {
      candidateShare: 0.5,
      baseRate: 0.01,
      split: 'event',
      leastEvents: 1,
      userSpread: 0,
      brokenUsers: 0,
      globalOdds: 1,
      globalDelay: 0,
      noise: 'normal',
      mixShift: 1,
    },
    renames: new Map([['b', 'a']]),
  }
}

function answer(found: { cohort: Cohort; measure?: string; excess?: number }[]): Comparison {
  const findings: Finding[] = found.map(({ cohort, measure = 'rate', excess = 250 }, index) => ({
    rank: index + 1,
    measure,
    cohort,
    text: formatCohort(cohort),
    baseline: { bad: 1, total: 100 },
    candidate: { bad: 50, total: 100 },
    effect: { kind: 'odds-ratio', value: 10, low: 5, high: 20 },
    excess,
    shareOfExcess: 1,
    q: 0.001,
    units: 50,
    aliases: [],
    alternatives: [],
    exemplars: { baseline: [], candidate: [] },
    predicate: null,
  }))
  const nothing = { bad: 0, total: 0 }
  const global = {
    measure: 'rate',
    baseline: nothing,
    candidate: nothing,
    ratio: 1,
    low: 1,
    high: 1,
  }
  return {
    complete: true,
    searched: {
      rows,
      baselineRows: rows / 2,
      candidateRows: rows / 2,
      attributes: 4,
      maxOrder: 3,
      cells: 1,
      cut: [],
    },
    seconds: 0,
    global,
    globals: [global],
    findings,
    mixShift: [],
    power: { smallestShare: null, smallestEffect: null },
    notes: [],
  }
}

const equal = (attribute: string, value: string): Cohort => [{ attribute, op: '=', value }]
const range = (low: number, high: number): Cohort => [{ attribute: 'n', op: 'range', low, high }]
const planted = events(equal('a', 'a-3'), (row) => row % 20 === 2)
const ranged = events(range(1000, 3000), (row) => row >= 1000 && row < 3000)

test('the same attribute and value is exact, under its other name too', () => {
  for (const cohort of [equal('a', 'a-3'), equal('b', 'b-3')]) {
    const { plants, falseFindings } = scoreComparison(planted, answer([{ cohort }]))
    expect(plants[0]).toMatchObject({ match: 'exact', answers: 1 })
    expect(falseFindings).toEqual([])
  }
})

test('another value, another measure and a cohort beside it are false', () => {
  const { plants, falseFindings } = scoreComparison(
    planted,
    answer([
      { cohort: equal('a', 'a-4') },
      { cohort: equal('a', 'a-3'), measure: 'slow p90' },
      { cohort: range(0, 100), excess: 60 },
    ]),
  )
  expect(plants[0]).toMatchObject({ match: 'missed', answers: 0, best: null })
  expect(falseFindings).toHaveLength(3)
})

test('a diluted parent is no false finding, and no match; with the cohort itself it is a second answer', () => {
  const parent = scoreComparison(planted, answer([{ cohort: equal('c', 'c-2') }]))
  expect(parent.plants[0]).toMatchObject({ match: 'partly', answers: 1 })
  expect(parent.plants[0]!.best!.sharedRows).toBeCloseTo(0.5, 9)
  expect(parent.falseFindings).toEqual([])
  const both = answer([{ cohort: equal('c', 'c-2') }, { cohort: equal('a', 'a-3') }])
  expect(scoreComparison(planted, both).plants[0]).toMatchObject({ match: 'exact', answers: 2 })
})

test('ends of a range may be 2 % of the rows off; further, it must share 80 % of the rows', () => {
  const match = (low: number, high: number): string =>
    scoreComparison(ranged, answer([{ cohort: range(low, high), excess: 1000 }])).plants[0]!.match
  expect(match(1000, 3000)).toBe('exact')
  expect(match(1080, 3080)).toBe('exact')
  expect(match(1000, 3300)).toBe('overlap')
  expect(match(1000, 6000)).toBe('partly')
})
