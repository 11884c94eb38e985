import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { takeBytes, takeRows } from '../cohort-table.ts'
import { formatCohort } from '../format-cohort.ts'
import { searchCohorts, type CohortSearch } from '../search-cohorts.ts'
import { plantedTable } from '../testing/planted-table.ts'

/** Nothing changed; all bad rows, and one good one in 60. */
function sampledNull(seed: number): CohortSearch {
  const { table, measures } = plantedTable({
    seed,
    rows: 120_000,
    candidateShare: 0.5,
    cohort: null,
  })
  const { bad } = measures[0]!
  const random = createRandom(seed)
  const keep = bad.map((flag) => (flag === 1 || random.uniform() < 1 / 60 ? 1 : 0))
  const kept = takeBytes(bad, keep)
  const weights = Float64Array.from(kept, (flag) => (flag === 1 ? 1 : 60))
  return {
    table: { ...takeRows(table, keep), weights },
    measures: [{ name: 'failed', bad: kept }],
    minimumBad: 6,
    leastScore: -5,
  }
}

test('gaps between sampled good rows are no cohorts', () => {
  const scores = [11, 12].flatMap((seed) =>
    searchCohorts(sampledNull(seed)).found.map(({ score }) => score),
  )
  expect(scores.filter((score) => score > 0).length).toBeLessThanOrEqual(1)
  // what is left in doubt is bounded, and little of it pays even for its name
  expect(scores.length).toBeLessThanOrEqual(2 * 10)
  expect(scores.filter((score) => score > -1).length).toBeLessThanOrEqual(12)
})

test('a narrow cohort is suggested, however few good rows of it were taken', () => {
  // by class of `cell-counts.ts`; one good row in 64 was taken, of the narrow cohort one and four by chance
  const usual = [100, 30, 100, 30]
  const narrow = [1, 8, 8, 30]
  const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((plan) =>
    (plan === 'g' ? narrow : usual).flatMap((count, of) =>
      Array.from({ length: count }, () => ({ plan, of })),
    ),
  )
  const plans = [null, ...new Set(rows.map(({ plan }) => plan))]
  const { found } = searchCohorts({
    table: {
      rows: rows.length,
      candidate: Uint8Array.from(rows, ({ of }) => of >> 1),
      weights: Float64Array.from(rows, ({ of }) => (of % 2 === 1 ? 1 : 64)),
      attributes: [
        {
          name: 'plan',
          kind: 'category',
          codes: Uint16Array.from(rows, ({ plan }) => plans.indexOf(plan)),
          values: plans,
        },
      ],
    },
    measures: [{ name: 'failed', bad: Uint8Array.from(rows, ({ of }) => of & 1) }],
    minimumBad: 6,
    leastScore: -5,
  })
  expect(found.map(({ cohort }) => formatCohort(cohort))).toEqual(['plan = "g"'])
})
