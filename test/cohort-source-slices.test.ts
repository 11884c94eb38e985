import { afterAll, expect, it } from 'vitest'
import type { CohortSource } from '../src/cohorts/compare/cohort-source.ts'
import { balanced } from '../src/cohorts/mix-balance.ts'
import type { SqlPopulation, SqlRunner } from '../src/cohorts/source/sql-population.ts'
import { sqlSource } from '../src/cohorts/source/sql-source.ts'
import { openSqlEngine } from './cohort-source/sql-engine.ts'

const engine = await openSqlEngine()
afterAll(() => engine.close())

const rows = 1_000_000

/** What was asked, in order. */
let asked: string[] = []

function source(changes: Partial<SqlPopulation> = {}): CohortSource {
  asked = []
  const runner = {
    ...engine.runner,
    native: (...given: Parameters<SqlRunner['native']>) => {
      asked.push(given[0])
      return engine.runner.native(...given)
    },
  }
  const population: SqlPopulation = {
    from: `(SELECT number, 1 + number * 7919 % 10007 AS dur, if(number % 4 = 3, 'rare', 'usual') AS op FROM numbers(${rows}))`,
    where: '1',
    candidate: 'number % 3 = 0',
    baseline: 'number % 3 != 0',
    parameters: {},
    attributes: [],
    bad: 'number % 7 = 0',
    duration: 'dur',
    isTimed: true,
    operation: 'op',
    volume: false,
    additive: null,
    unit: 'toString(number)',
    unitName: 'number',
    // as if there were more: so many that slices are worth while
    rows: 4 * rows,
    weight: null,
    badCount: null,
    exemplar: 'toString(number)',
    exemplarName: 'number',
    slice: (every) => `intDiv(number, ${rows / 80}) % ${every} = 0`,
    notes: [],
    ...changes,
  }
  return sqlSource(population, runner)
}

const measures = ['rate', 'slow p50', 'slow p90', 'slow p99']

async function sides(of: CohortSource): Promise<number[][]> {
  const [counts] = await of.count({ cohorts: [[]], measures, balance: balanced })
  return counts!.map(({ baseline, candidate }) => [
    baseline.bad,
    baseline.total,
    candidate.bad,
    candidate.total,
  ])
}

it('of many rows, slices say what is slow, and all rows are counted', async () => {
  const sliced = source()
  const description = await sliced.describe()
  expect(asked.map((sql) => sql.includes('intDiv(number'))).toEqual([true, false])
  expect(asked[0]).toContain(`intDiv(number, ${rows / 80}) % 4 = 0`)
  const counts = await sides(sliced)
  const whole = source({ rows: 100_000 })
  expect(description).toEqual(await whole.describe())
  expect(asked.some((sql) => sql.includes('intDiv(number'))).toBe(false)
  const exact = await sides(whole)
  expect(counts[0]).toEqual(exact[0])
  expect(counts).not.toEqual(exact)
  for (const [m, [badBefore, allBefore, badAfter, allAfter]] of counts.entries()) {
    expect([allBefore, allAfter]).toEqual([exact[m]![1], exact[m]![3]])
    const share = [exact[m]![0]! / exact[m]![1]!, exact[m]![2]! / exact[m]![3]!]
    expect(badBefore! / allBefore!).toBeCloseTo(share[0]!, 2)
    expect(badAfter! / allAfter!).toBeCloseTo(share[1]!, 2)
  }
})

it('where slices hold too little, all rows say what is slow', async () => {
  const exact = await sides(source({ rows: 100_000 }))
  const few = source({ slice: () => 'number < 140000' })
  await few.describe()
  expect(asked).toHaveLength(3)
  expect(await sides(few)).toEqual(exact)
})

it('rows of both sides, and a side without rows, are found by slices, too', async () => {
  await expect(source({ baseline: 'number % 3 != 0 OR number < 4' }).describe()).rejects.toThrow(
    '2 rows are both of the candidate and of the baseline.',
  )
  expect(asked).toHaveLength(2)
  await expect(source({ candidate: 'number < 0' }).describe()).rejects.toMatchObject({
    code: 'COMPARE_EMPTY_SIDE',
    message: 'No row belongs to the candidate.',
  })
  await expect(source({ baseline: 'number < 0' }).describe()).rejects.toMatchObject({
    code: 'COMPARE_EMPTY_SIDE',
    message: 'No row belongs to the baseline.',
  })
})
