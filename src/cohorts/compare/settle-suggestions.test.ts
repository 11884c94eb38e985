import { expect, test } from 'vitest'

import type { Cohort } from '../cohort.ts'
import { cohortKey, formatCohort } from '../format-cohort.ts'
import type { CohortCounts, SideCounts } from './cohort-source.ts'
import { settleSuggestions } from './settle-suggestions.ts'

type Table = readonly [
  baselineBad: number,
  baseline: number,
  candidateBad: number,
  candidate: number,
]

const is = (attribute: string, value = 'x'): Cohort => [{ attribute, op: '=', value }]
const plan = is('plan')
const planInStore = [...plan, ...is('store')]
const everything: Table = [1000, 100_000, 1000, 100_000]
const nothing = new Float64Array(256)
const empty: SideCounts = { bad: 0, total: 0 }

/** Of the discovery half: the other half is empty, and must not be asked. */
function counted([baseBad, base, bad, total]: Table): CohortCounts {
  const discovery = { baseline: { bad: baseBad, total: base }, candidate: { bad, total } }
  const confirmation = {
    baselineBad: nothing,
    baselineTotal: nothing,
    candidateBad: nothing,
    candidateTotal: nothing,
  }
  return {
    baseline: empty,
    candidate: empty,
    discovery,
    confirmation,
    units: { baseline: 0, candidate: 0 },
  }
}

interface Asked {
  measure: string
  cohort: Cohort
  alternatives?: readonly Cohort[]
  others?: readonly Cohort[]
}

type Tables = Record<string, [Cohort, Table][]>

/** @param tables by measure and cohort; what is not there is like everything */
function settled(suggested: readonly Asked[], tables: Tables) {
  const known = Object.values(tables).flatMap((some) => some.map(([cohort]) => cohortKey(cohort)))
  return settleSuggestions(
    suggested.map((one) => ({ alternatives: [], ...one })),
    {
      counts: {
        measures: ['rate', 'slow p50', 'slow p90', 'slow p99'].map((name) => ({
          name,
          kind: 'share',
        })),
        of: (cohort, measure) => {
          const own = tables[measure]?.find(([one]) => cohortKey(one) === cohortKey(cohort))
          return counted(own?.[1] ?? (cohort.length === 0 ? everything : [10, 1000, 10, 1000]))
        },
      },
      isCounted: (cohort) => known.includes(cohortKey(cohort)),
      nameCost: (cohort) => 6 * cohort.length,
      leastWorth: -5,
    },
  ).map(({ measure, cohort, alternatives }) => [
    measure,
    formatCohort(cohort),
    alternatives.map(formatCohort),
  ])
}

test('a cohort is tested once, at the level of latency that shows it best', () => {
  const tables = {
    'slow p50': [[plan, [500, 1000, 560, 1000]]],
    'slow p90': [[plan, [100, 1000, 250, 1000]]],
    'slow p99': [[plan, [10, 1000, 40, 1000]]],
  } satisfies Tables
  const asked = ['slow p99', 'slow p50'].map((measure) => ({ measure, cohort: plan }))
  expect(settled(asked, tables)).toEqual([['slow p90', 'plan = "x"', []]])
})

test('what all rows of the searched half do not bear out is not tested', () => {
  const asked = [{ measure: 'rate', cohort: planInStore }]
  const withBad = (bad: number) => settled(asked, { rate: [[planInStore, [10, 1000, bad, 1000]]] })
  expect(withBad(14)).toEqual([])
  expect(withBad(60)).toHaveLength(1)
})

test('a part that has all that is wrong with a cohort takes its place, and gives it back', () => {
  const part: [Cohort, Table] = [planInStore, [3, 300, 90, 300]]
  const of = (cohort: Cohort, other: Cohort, whole: Table) =>
    settled([{ measure: 'rate', cohort, alternatives: [other] }], { rate: [part, [plan, whole]] })
  const inStore = [['rate', 'plan = "x" and store = "x"', ['plan = "x"']]]
  const wide = [['rate', 'plan = "x"', ['plan = "x" and store = "x"']]]
  const onlyThere: Table = [10, 1000, 97, 1000]
  expect(of(plan, planInStore, onlyThere)).toEqual(inStore)
  expect(of(planInStore, plan, onlyThere)).toEqual(inStore)
  const elsewhereToo: Table = [10, 1000, 116, 1000]
  expect(of(plan, planInStore, elsewhereToo)).toEqual(wide)
  const everywhere: Table = [10, 1000, 300, 1000]
  expect(of(plan, planInStore, everywhere)).toEqual(wide)
  expect(of(planInStore, plan, everywhere)).toEqual(wide)
})

test('other words take the place of a cohort where they fit better by far', () => {
  const words = is('device')
  const of = (table: Table) =>
    settled([{ measure: 'rate', cohort: plan, alternatives: [words] }], {
      rate: [
        [plan, [10, 1000, 100, 1000]],
        [words, table],
      ],
    })
  expect(of([6, 600, 100, 600])).toEqual([['rate', 'device = "x"', ['plan = "x"']]])
  expect(of([10, 1000, 101, 1000])).toEqual([['rate', 'plan = "x"', ['device = "x"']]])
})

test('what is counted beside a suggestion may take its place, and is not told with it', () => {
  const others = [plan]
  const asked = [{ measure: 'rate', cohort: planInStore, others }]
  const tables: Tables = {
    rate: [
      [planInStore, [3, 300, 90, 300]],
      [plan, [10, 1000, 300, 1000]],
    ],
  }
  expect(settled(asked, tables)).toEqual([['rate', 'plan = "x"', ['plan = "x" and store = "x"']]])
  expect(settled([{ measure: 'rate', cohort: planInStore }], tables)).toEqual([
    ['rate', 'plan = "x" and store = "x"', []],
  ])
})
