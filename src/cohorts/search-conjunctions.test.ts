import { describe, expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import { cohortMask, takeBytes, takeRows, type CohortTable } from './cohort-table.ts'
import type { Cohort } from './cohort.ts'
import { cohortKey, formatCohort } from './format-cohort.ts'
import { searchCohortsInWorkers } from './threads/search-cohorts-in-workers.ts'
import { searchCohorts, type CohortSearch } from './search-cohorts.ts'
import { jaccard, plant } from './testing/plant-fault.ts'
import { plantedTable, type PlantedTable } from './testing/planted-table.ts'
import { shuffled } from './testing/shuffled.ts'

const words = (search: CohortSearch): string[] =>
  searchCohorts(search).found.map(({ cohort }) => formatCohort(cohort))

const route = { attribute: 'http.route', op: '=', value: 'route-1' } as const
const device = { attribute: 'app.device', op: '=', value: 'device-1' } as const
const age = { attribute: 'app.account.age_days', op: 'range', low: 30, high: 60 } as const
const triple: Cohort = [device, route, age]
const tripleWords =
  'app.device = "device-1" and http.route = "route-1" and 30 <= app.account.age_days < 60'

describe('three conditions', () => {
  test('a triple with a range is named, its diluted parents are alternatives', () => {
    const planted = plantedTable({ seed: 41 })
    plant(planted, triple, 0.6)
    const { found, searched } = searchCohorts(planted)
    expect(found.map(({ cohort }) => formatCohort(cohort))).toEqual([tripleWords])
    expect(found[0]!.alternatives.some(({ cohort }) => cohort.length === 2)).toBe(true)
    expect(searched).toMatchObject({ maxOrder: 3, complete: true, cut: [] })
  })

  test('with fewer conditions allowed, the best of its parents is', () => {
    const planted = plantedTable({ seed: 41 })
    plant(planted, triple, 0.6)
    const [best] = searchCohorts({ ...planted, maxOrder: 2 }).found
    expect(best!.cohort).toHaveLength(2)
    for (const { attribute } of best!.cohort) {
      expect(triple.map((condition) => condition.attribute)).toContain(attribute)
    }
  })

  test('a fault on one value gets no further conditions', () => {
    for (const [seed, value] of ['country-1', 'country-3', 'country-6'].entries()) {
      const planted = plantedTable({ seed: 50 + seed, rows: 12_000 })
      plant(planted, [{ attribute: 'app.country', op: '=', value }], 0.3, seed)
      expect(words(planted)).toEqual([`app.country = "${value}"`])
    }
  })

  test('an order that is none is refused', () => {
    const { table, measures } = plantedTable({ seed: 1, rows: 100 })
    for (const maxOrder of [0, 7, 1.5]) {
      expect(() => searchCohorts({ table, measures, maxOrder })).toThrow('1 to 6 conditions')
    }
  })
})

test('three faults of very different strength, each named once', () => {
  const planted = plantedTable({ seed: 61, rows: 40_000 })
  const faults: [Cohort, rate: number][] = [
    [[{ attribute: 'app.country', op: '=', value: 'country-1' }], 0.7],
    [[{ attribute: 'app.store', op: '=', value: 'store-12' }], 0.25],
    [[{ attribute: 'app.device', op: '=', value: 'device-2' }, route, age], 0.5],
  ]
  for (const [seed, [cohort, rate]] of faults.entries()) plant(planted, cohort, rate, seed + 1)
  const found = searchCohorts(planted).found.map(({ cohort }) => cohortKey(cohort))
  expect(found.toSorted()).toEqual(faults.map(([cohort]) => cohortKey(cohort)).toSorted())
})

test('a lower bar lets in what chance could have done, for those who test it on other rows', () => {
  const planted = plantedTable({ seed: 2, cohort: 'random', order: 3, baseRate: 0.03 })
  expect(words(planted)).toEqual([])
  const [best] = searchCohorts({ ...planted, leastScore: -5 }).found
  expect(best!.score).toBeLessThanOrEqual(0)
  expect(jaccard(planted.table, best!.cohort, planted.planted!.cohort)).toBeGreaterThan(0.8)
})

describe('siblings', () => {
  const countries = (values: readonly string[]): Cohort[] =>
    values.map((value): Cohort => [{ attribute: 'app.country', op: '=', value }])

  test('with the same effect are one cohort', () => {
    const planted = plantedTable({ seed: 71 })
    for (const cohort of countries(['country-9', 'country-4', 'country-7']))
      plant(planted, cohort, 0.3, 5)
    expect(words(planted)).toEqual(['app.country in {"country-4", "country-7", "country-9"}'])
  })

  test('with another effect stay apart', () => {
    const planted = plantedTable({ seed: 71 })
    const [strong, weak] = countries(['country-2', 'country-3']) as [Cohort, Cohort]
    plant(planted, strong, 0.8, 5)
    plant(planted, weak, 0.2, 6)
    expect(words(planted)).toEqual(['app.country = "country-2"', 'app.country = "country-3"'])
  })
})

/** All bad rows, and one good row in eight that stands for eight. */
function sampled({ table, measures: [measure] }: PlantedTable): CohortSearch {
  const random = createRandom(3)
  const keep = measure!.bad.map((bad) => (bad === 1 || random.uniform() < 1 / 8 ? 1 : 0))
  const rows = takeRows(table, keep)
  const bad = takeBytes(measure!.bad, keep)
  const weights = Float64Array.from(bad, (flag) => (flag === 1 ? 1 : 8))
  return { table: { ...rows, weights }, measures: [{ name: 'failed', bad }] }
}

test('sampled good rows with weights give the answer of all rows', () => {
  const planted = plantedTable({ seed: 81, rows: 40_000 })
  plant(planted, [{ attribute: 'app.payment.provider', op: '=', value: 'provider-2' }, age], 0.3, 7)
  const [all] = searchCohorts(planted).found
  const part = sampled(planted)
  expect(part.table.rows).toBeLessThan(7000)
  const found = searchCohorts(part).found
  expect(found).toHaveLength(1)
  const [some] = found
  expect(some!.cohort.map(({ attribute }) => attribute)).toEqual(
    all!.cohort.map(({ attribute }) => attribute),
  )
  expect(jaccard(planted.table, some!.cohort, all!.cohort)).toBeGreaterThan(0.9)
  // weights are what the counts are made of
  expect(some!.candidate.total / all!.candidate.total).toBeCloseTo(1, 0)
})

test('a value of which fewer good rows were sampled is not worse for that', () => {
  const { table, measures } = plantedTable({
    seed: 82,
    rows: 20_000,
    candidateShare: 0.5,
    baseRate: 0.03,
  })
  const mask = cohortMask(table, [{ attribute: 'app.country', op: '=', value: 'country-1' }])
  const random = createRandom(4)
  const eighth = mask.map((inside, row) =>
    inside === 1 && table.candidate[row] === 1 && measures[0]!.bad[row] === 0 ? 1 : 0,
  )
  const keep = eighth.map((rare) => (rare === 0 || random.uniform() < 1 / 8 ? 1 : 0))
  const bad = takeBytes(measures[0]!.bad, keep)
  const weights = Float64Array.from(takeBytes(eighth, keep), (rare) => (rare === 1 ? 8 : 1))
  const rows = takeRows(table, keep)
  const search = { table: { ...rows, weights }, measures: [{ name: 'failed', bad }] }
  expect(words(search)).toEqual([])
  // a measure's own weights come before the table's
  const own = { table: rows, measures: [{ name: 'failed', bad, weights }] }
  expect(words(own)).toEqual([])
  expect(words({ table: rows, measures: [{ name: 'failed', bad }] })).not.toEqual([])
})

describe('volumes', () => {
  const volume = (table: CohortTable): CohortSearch => ({
    table,
    maxOrder: 2,
    measures: [{ name: 'volume', kind: 'volume', bad: new Uint8Array(table.rows) }],
  })
  /** Keeps a share of the rows of one side in a cohort. */
  const thinned = (table: CohortTable, cohort: Cohort, side: 0 | 1, share: number): CohortTable => {
    const random = createRandom(9)
    const mask = cohortMask(table, cohort)
    return takeRows(
      table,
      mask.map((inside, row) =>
        inside === 0 || table.candidate[row] !== side || random.uniform() < share ? 1 : 0,
      ),
    )
  }
  const { table } = plantedTable({ seed: 91, candidateShare: 0.5, rows: 8000 })

  test('nothing moved', () => {
    expect(words(volume(table))).toEqual([])
  })

  test('fewer, more, and none at all', () => {
    const cohort: Cohort = [device, route]
    expect(words(volume(thinned(table, cohort, 1, 0.5)))).toEqual([formatCohort(cohort)])
    expect(words(volume(thinned(table, cohort, 0, 0.5)))).toEqual([formatCohort(cohort)])
    expect(words(volume(thinned(table, cohort, 1, 0)))).toEqual([formatCohort(cohort)])
  })

  test('of two values, the one with fewer rows moved against the other', () => {
    const flag: Cohort = [{ attribute: 'app.flag.search', op: '=', value: 'search-2' }]
    for (const side of [0, 1] as const) {
      expect(words(volume(thinned(table, flag, side, 0.7)))).toEqual([formatCohort(flag)])
    }
  })

  test('a range within a value', () => {
    const found = searchCohorts(volume(thinned(table, [device, age], 1, 0.2))).found
    expect(found).toHaveLength(1)
    expect(jaccard(table, found[0]!.cohort, [device, age])).toBeGreaterThan(0.9)
  })
})

describe('the same answer', () => {
  const planted = plantedTable({ seed: 41, mixShift: 0.2, rows: 12_000, measures: 2 })
  plant(planted, triple, 0.8)

  test('in whatever order rows and dictionaries come', () => {
    const expected = searchCohorts(planted)
    expect(expected.found.length).toBeGreaterThan(0)
    for (const seed of [1, 2]) expect(searchCohorts(shuffled(planted, seed))).toEqual(expected)
  })

  test('in threads, with progress that never falls', async () => {
    const progress: number[] = []
    const options = { threads: 2, onProgress: (done: number) => void progress.push(done) }
    expect(await searchCohortsInWorkers(planted, options)).toEqual(searchCohorts(planted))
    expect(progress.at(-1)).toBe(1)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  })

  test('a search that is stopped says what it left out', async () => {
    const { searched } = await searchCohortsInWorkers(planted, { signal: AbortSignal.abort() })
    expect(searched.complete).toBe(false)
    expect(searched.cut.join(' ')).toContain('stopped')
  })
})
