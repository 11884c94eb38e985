import { describe, expect, test } from 'vitest'
import { searchCohorts } from '../../src/cohorts/search-cohorts.ts'
import { mixShiftTable } from '../../src/cohorts/testing/mix-shift-table.ts'
import { nameRates } from '../../src/cohorts/testing/name-rates.ts'
import { plantedTable } from '../../src/cohorts/testing/planted-table.ts'

test('planted cohorts above the detectability line are named exactly', () => {
  // the line: 25 bad rows of the candidate beyond chance, in a cohort of 0.3 to 3 % of 30 000 rows
  const { tables, exact } = nameRates({ seeds: 10, line: 25 })
  expect(tables).toBeGreaterThan(5)
  expect(exact / tables).toBeGreaterThanOrEqual(0.85)
}, 180_000)

describe('nothing changed', () => {
  test('most tables show nothing, and hardly any a high score', () => {
    let some = 0
    let high = 0
    const tables = 5
    for (let seed = 1; seed <= tables; seed++) {
      const baseRate = [0.002, 0.01, 0.05, 0.1][seed % 4]!
      const { found } = searchCohorts(plantedTable({ seed, measures: 2, baseRate }))
      if (found.length > 0) some += 1
      if ((found[0]?.score ?? 0) > 12) high += 1
    }
    expect(some / tables).toBeLessThan(0.5)
    expect(high).toBe(0)
  }, 180_000)

  test('another mix of users is not a change of rates', () => {
    for (const seed of [1, 2]) expect(searchCohorts(mixShiftTable(seed)).found).toEqual([])
  })
})
