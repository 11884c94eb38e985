import { expect, test } from 'vitest'
import { searchCohorts } from '../../src/cohorts/search-cohorts.ts'
import { mixShiftTable } from '../../src/cohorts/testing/mix-shift-table.ts'
import { nameRates } from '../../src/cohorts/testing/name-rates.ts'
import { plantedTable } from '../../src/cohorts/testing/planted-table.ts'

test.each([1, 2, 3] as const)(
  'of order %d, 95 of 100 planted cohorts are named exactly',
  (order) => {
    // the line: 25 bad rows of the candidate beyond chance, in a cohort of 0.3 to 3 % of 30 000 rows
    const { tables, exact, others } = nameRates({ seeds: 50, line: 25, order })
    expect(tables).toBeGreaterThan(15)
    expect(exact / tables).toBeGreaterThanOrEqual(0.95)
    expect(others / tables).toBeLessThanOrEqual(0.2)
  },
)

test('where nothing changed, most tables suggest nothing, and hardly any with a high score', () => {
  let some = 0
  let high = 0
  const tables = 40
  for (let seed = 101; seed < 101 + tables; seed++) {
    const baseRate = [0.002, 0.01, 0.05, 0.1][seed % 4]!
    const { found } = searchCohorts(plantedTable({ seed, baseRate, rows: 20_000 }))
    if (found.length > 0) some += 1
    if ((found[0]?.score ?? 0) > 12) high += 1
  }
  expect(some / tables).toBeLessThan(0.25)
  expect(high).toBe(0)
})

test('another mix of users is not a change of rates', () => {
  let reported = 0
  for (let seed = 1; seed <= 10; seed++) {
    if (searchCohorts(mixShiftTable(seed)).found.length > 0) reported += 1
  }
  expect(reported).toBeLessThanOrEqual(1)
})
