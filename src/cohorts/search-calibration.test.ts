import { describe, expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import type { CohortTable } from './cohort-table.ts'
import type { Cohort } from './cohort.ts'
import { cohortKey } from './format-cohort.ts'
import { searchCohorts } from './search-cohorts.ts'
import { jaccard } from './testing/plant-fault.ts'
import { plantedTable } from './testing/planted-table.ts'

/** The same attributes, operators and values (ranges may differ in a few rows), or the very same rows. */
function sameName(table: CohortTable, a: Cohort, b: Cohort): boolean {
  const name = (cohort: Cohort): string =>
    cohortKey(cohort.map((c) => (c.op === 'range' ? { ...c, low: null, high: null } : c)))
  const overlap = jaccard(table, a, b)
  return (name(a) === name(b) && overlap >= 0.8) || overlap === 1
}

test('planted cohorts above the detectability line are named exactly', () => {
  // the line: 25 bad rows of the candidate beyond chance, in a cohort of 0.3 to 3 % of 30 000 rows
  let tables = 0
  let exact = 0
  for (let seed = 1; seed <= 60; seed++) {
    const planted = plantedTable({
      seed,
      cohort: 'random',
      baseRate: [0.003, 0.01, 0.03][seed % 3]!,
    })
    const { cohort, badRate, candidateRows } = planted.planted!
    if (badRate * candidateRows < 25) continue
    tables += 1
    const best = searchCohorts(planted).found[0]
    if (best !== undefined && sameName(planted.table, best.cohort, cohort)) exact += 1
  }
  expect(tables).toBeGreaterThan(35)
  expect(exact / tables).toBeGreaterThanOrEqual(0.95)
}, 180_000)

describe('nothing changed', () => {
  test('most tables show nothing, and hardly any a high score', () => {
    let some = 0
    let high = 0
    const tables = 24
    for (let seed = 1; seed <= tables; seed++) {
      const baseRate = [0.002, 0.01, 0.05, 0.1][seed % 4]!
      const { found } = searchCohorts(plantedTable({ seed, measures: 2, baseRate }))
      if (found.length > 0) some += 1
      if ((found[0]?.score ?? 0) > 12) high += 1
    }
    expect(some / tables).toBeLessThan(0.25)
    expect(high).toBe(0)
  }, 180_000)

  test('another mix of users is not a change of rates', () => {
    // without weighting, whole-table rates differ whenever the rate depends on what the mix shifted
    let reported = 0
    for (let seed = 1; seed <= 10; seed++) {
      const planted = plantedTable({ seed, baseRate: 0.03, mixShift: 0.4 })
      const country = planted.table.attributes.find(({ name }) => name === 'app.country')!
      const random = createRandom(seed)
      const { bad } = planted.measures[0]!
      for (let row = 0; row < bad.length; row++) {
        if (country.kind === 'category' && country.codes[row]! > 2 && random.uniform() < 0.1)
          bad[row] = 1
      }
      if (searchCohorts(planted).found.length > 0) reported += 1
    }
    expect(reported).toBeLessThanOrEqual(1)
  })
})
