import { describe, expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import { cohortMask, type CohortTable } from './cohort-table.ts'
import type { Cohort } from './cohort.ts'
import { cohortKey, formatCohort } from './format-cohort.ts'
import { searchCohorts } from './search-cohorts.ts'
import { jaccard, plant } from './testing/plant-fault.ts'
import { plantedTable, type PlantedTable } from './testing/planted-table.ts'
import { cpuClock } from '../../test/cpu-clock.ts'

const words = ({ table, measures }: PlantedTable): string[] =>
  searchCohorts({ table, measures }).found.map(({ cohort }) => formatCohort(cohort))

describe('nothing changed', () => {
  test('no rows, one side only, or no attributes', () => {
    const empty: CohortTable = { rows: 0, candidate: new Uint8Array(0), attributes: [] }
    expect(
      searchCohorts({ table: empty, measures: [{ name: 'm', bad: new Uint8Array(0) }] }).found,
    ).toEqual([])
    expect(searchCohorts({ table: empty, measures: [] }).found).toEqual([])
    for (const candidateShare of [0, 1]) {
      const table = plantedTable({ seed: 1, rows: 2000, candidateShare })
      expect(searchCohorts(table).found).toEqual([])
    }
  })

  test('a recovery is not reported', () => {
    const planted = plantedTable({ seed: 3 })
    planted.table.candidate = planted.table.candidate.map((side) => 1 - side)
    plant(planted, [{ attribute: 'app.country', op: '=', value: 'country-3' }], 0.5)
    planted.table.candidate = planted.table.candidate.map((side) => 1 - side)
    expect(words(planted)).toEqual([])
  })
})

describe('one fault', () => {
  const country = { attribute: 'app.country', op: '=', value: 'country-2' } as const
  const age = { attribute: 'app.account.age_days', op: 'range', low: 30, high: 60 } as const

  test('a narrow child is named, not its diluted parents', () => {
    const planted = plantedTable({ seed: 11 })
    plant(planted, [country, age], 0.9)
    const { found } = searchCohorts(planted)
    expect(found.map(({ cohort }) => formatCohort(cohort))).toEqual([
      'app.country = "country-2" and 30 <= app.account.age_days < 60',
    ])
    // the parent was seen, and stays as another description
    expect(found[0]!.alternatives.some(({ cohort }) => cohort.length === 1)).toBe(true)
    for (const { score } of found[0]!.alternatives)
      expect(score).toBeLessThanOrEqual(found[0]!.score)
    expect(found[0]!.candidate.bad).toBeGreaterThan(0.8 * found[0]!.candidate.total)
    expect(found[0]!.baseline.bad).toBeLessThan(0.1 * found[0]!.baseline.total)
  })

  test('a failure unknown to the baseline, in some twenty units of a pair', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const planted = plantedTable({ seed, rows: 8000, baseRate: 0 })
      const cohort = [
        { attribute: 'app.payment.provider', op: '=', value: 'provider-3' },
        { attribute: 'app.card.type', op: '=', value: 'type-2' },
      ] as const
      const mask = cohortMask(planted.table, cohort)
      const { candidate } = planted.table
      let units = 0
      for (let row = 0; row < mask.length; row++) {
        if (mask[row] !== 1 || candidate[row] !== 1) continue
        units += 1
        if (units <= 15 + seed) planted.measures[0]!.bad[row] = units === 7 ? 0 : 1
        // the others did not take the operation
        else planted.measures[0]!.bad[row] = 255
      }
      const { found } = searchCohorts(planted)
      expect(found.map((one) => formatCohort(one.cohort))).toEqual([formatCohort(cohort)])
      expect(found[0]!.score).toBeGreaterThan(12)
    }
  })

  test('an absent value', () => {
    const planted = plantedTable({ seed: 5 })
    plant(planted, [{ attribute: 'app.referrer', op: 'absent' }], 0.1)
    expect(words(planted)).toEqual(['app.referrer is absent'])
  })

  test('a value of a small number', () => {
    const planted = plantedTable({ seed: 6 })
    const small = planted.table.attributes.find(({ name }) => name === 'app.hour')!
    if (small.kind === 'number') small.values.forEach((hour, row) => (small.values[row] = hour % 6))
    plant(planted, [{ attribute: 'app.hour', op: '=', value: 3 }], 0.1)
    expect(words(planted)).toEqual(['app.hour = 3'])
  })

  test('two ranges', () => {
    const planted = plantedTable({ seed: 8 })
    const amount = { attribute: 'app.amount', op: 'range', low: 50, high: 100 } as const
    plant(planted, [age, amount], 0.8)
    const best = searchCohorts(planted).found[0]!
    expect(jaccard(planted.table, best.cohort, [age, amount])).toBeGreaterThan(0.8)
  })

  test('everything is worse: one answer, without conditions', () => {
    const planted = plantedTable({ seed: 12 })
    plant(planted, [], 0.05)
    expect(words(planted)).toEqual(['all requests'])
  })

  test('rows that do not count are left out', () => {
    const planted = plantedTable({ seed: 13 })
    plant(planted, [country], 0.3)
    const mask = cohortMask(planted.table, [country])
    planted.measures[0]!.bad.forEach((_, row, bad) => {
      if (mask[row] === 1) bad[row] = 255
    })
    expect(words(planted)).toEqual([])
  })
})

test('of correlated descriptions, the one with the exact rows is named', () => {
  const random = createRandom(5)
  const rows = 24_000
  const pick = (share: number): boolean => random.uniform() < share
  const brazil = Array.from({ length: rows }, () => pick(0.15))
  const ages = Float64Array.from({ length: rows }, () => Math.floor(random.lognormal(4.6, 1.2)))
  const flags = (is: (row: number) => boolean): Uint16Array =>
    Uint16Array.from({ length: rows }, (_, row) => (is(row) ? 1 : 2))
  const category = (name: string, codes: Uint16Array, values: string[]) =>
    ({ name, kind: 'category', codes, values: [null, ...values] }) as const
  const table: CohortTable = {
    rows,
    candidate: Uint8Array.from({ length: rows }, () => (pick(0.2) ? 1 : 0)),
    attributes: [
      category(
        'app.country',
        flags((row) => brazil[row]! !== pick(0.03)),
        ['BR', 'US'],
      ),
      category(
        'app.locale',
        flags((row) => brazil[row]!),
        ['pt-BR', 'en-US'],
      ),
      category(
        'app.plan',
        flags((row) => (ages[row]! < 90 ? pick(0.9) : pick(0.1))),
        ['trial', 'pro'],
      ),
      category(
        'app.device',
        flags(() => pick(0.6)),
        ['phone', 'desktop'],
      ),
      { name: 'app.account.age_days', kind: 'number', values: ages },
    ],
  }
  const bad = Uint8Array.from({ length: rows }, (_, row) => {
    const hurt = table.candidate[row] === 1 && brazil[row]! && ages[row]! >= 30 && ages[row]! < 60
    return pick(hurt ? 0.95 : 0.08) ? 1 : 0
  })
  const { found } = searchCohorts({ table, measures: [{ name: 'slow', bad }] })
  expect(found).toHaveLength(1)
  expect(found[0]!.cohort.map(({ attribute }) => attribute)).toEqual([
    'app.locale',
    'app.account.age_days',
  ])
  const range = found[0]!.cohort[1]!
  if (range.op !== 'range') throw new Error('no range')
  expect(Math.abs(range.low! - 30)).toBeLessThanOrEqual(5)
  expect(Math.abs(range.high! - 60)).toBeLessThanOrEqual(5)
  const others = found[0]!.alternatives.map(({ cohort }) =>
    cohort.map(({ attribute }) => attribute),
  )
  expect(others).toContainEqual(['app.country', 'app.account.age_days'])
})

describe('several faults', () => {
  test('each is named once', () => {
    const planted = plantedTable({ seed: 21 })
    plant(planted, [{ attribute: 'app.browser', op: '=', value: 'browser-6' }], 0.4, 1)
    plant(planted, [{ attribute: 'app.store', op: '=', value: 'store-4' }], 0.4, 2)
    expect(words(planted).toSorted()).toEqual([
      'app.browser = "browser-6"',
      'app.store = "store-4"',
    ])
  })

  test('a small one behind a large one with many descriptions', () => {
    const planted = plantedTable({ seed: 25 })
    plant(planted, [{ attribute: 'app.country', op: '=', value: 'country-1' }], 0.6, 1)
    plant(planted, [{ attribute: 'app.store', op: '=', value: 'store-12' }], 0.3, 2)
    expect(words(planted)).toEqual(['app.country = "country-1"', 'app.store = "store-12"'])
  })

  test('a parent that its children explain is not named', () => {
    const planted = plantedTable({ seed: 26 })
    const route = { attribute: 'http.route', op: '=', value: 'route-1' } as const
    const children = ['type-1', 'type-2', 'type-3'].map((value): Cohort => [
      route,
      { attribute: 'app.card.type', op: '=', value },
    ])
    for (const [seed, child] of children.entries()) plant(planted, child, 0.4, seed)
    const found = searchCohorts(planted).found.map(({ cohort }) => cohortKey(cohort))
    const values = ['type-1', 'type-2', 'type-3']
    expect(found).toEqual([cohortKey([route, { attribute: 'app.card.type', op: 'in', values }])])
  })

  test('a much worse part of a cohort that is worse as a whole', () => {
    const planted = plantedTable({ seed: 22 })
    const route = { attribute: 'http.route', op: '=', value: 'route-2' } as const
    const flag = { attribute: 'app.flag.checkout', op: '=', value: 'checkout-3' } as const
    plant(planted, [route], 0.15, 1)
    plant(planted, [route, flag], 0.7, 2)
    const found = searchCohorts(planted).found.map(({ cohort }) => cohortKey(cohort))
    expect(found.toSorted()).toEqual([cohortKey([route]), cohortKey([route, flag])].toSorted())
  })

  test('a narrow fault beside a change of everything', () => {
    const planted = plantedTable({ seed: 23 })
    plant(planted, [], 0.03, 1)
    plant(planted, [{ attribute: 'app.device', op: '=', value: 'device-5' }], 0.4, 2)
    expect(words(planted).toSorted()).toEqual(['all requests', 'app.device = "device-5"'])
  })

  test('each measure is searched by itself, and the number of answers is bounded', () => {
    const planted = plantedTable({ seed: 24, measures: 2 })
    plant(planted, [{ attribute: 'app.device', op: '=', value: 'device-3' }], 0.4)
    const second = { ...planted, measures: planted.measures.toReversed() }
    plant(second, [{ attribute: 'app.store', op: '=', value: 'store-2' }], 0.2)
    const { found } = searchCohorts(planted)
    expect(found.map(({ measure, cohort }) => [measure, formatCohort(cohort)])).toEqual([
      ['measure 1', 'app.device = "device-3"'],
      ['measure 2', 'app.store = "store-2"'],
    ])
    const bounded = searchCohorts({ ...planted, maxResults: 1 })
    expect(bounded.found).toHaveLength(1)
    expect(bounded.searched).toMatchObject({
      complete: false,
      cut: ['Reported the best 1 of 2 cohorts.'],
    })
  })
})

test('order 1 names no pairs', () => {
  const planted = plantedTable({ seed: 11, cohort: 'random', badRate: 0.9 })
  for (const { cohort } of searchCohorts({ ...planted, maxOrder: 1 }).found) {
    expect(cohort.length).toBeLessThanOrEqual(1)
  }
})

test('columns of another length are refused', () => {
  const { table } = plantedTable({ seed: 1, rows: 100 })
  const measures = [{ name: 'slow', bad: new Uint8Array(99) }]
  expect(() => searchCohorts({ table, measures })).toThrow('slow has 99 entries for 100 rows')
})

test('the same input gives the same answer, and is not changed', () => {
  const planted = plantedTable({ seed: 31, cohort: 'random' })
  const before = structuredClone(planted)
  expect(searchCohorts(planted)).toEqual(searchCohorts(planted))
  expect(planted).toEqual(before)
})

test('30 000 rows with four measures take far less than a second of processor time', () => {
  const planted = plantedTable({ seed: 1, cohort: 'random', measures: 4 })
  const seconds = [1, 2, 3].map(() => {
    const spent = cpuClock()
    searchCohorts(planted)
    return spent() / 1000
  })
  // 0.2 s on a quiet machine
  expect(Math.min(...seconds)).toBeLessThan(0.9)
})
