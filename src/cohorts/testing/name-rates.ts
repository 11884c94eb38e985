import type { Cohort } from '../cohort.ts'
import type { CohortTable } from '../cohort-table.ts'
import { cohortKey } from '../format-cohort.ts'
import { searchCohorts } from '../search-cohorts.ts'
import { jaccard } from './plant-fault.ts'
import { plantedTable } from './planted-table.ts'

export interface NameRates {
  /** Tables with a fault above the line. */
  tables: number
  /** Of these, how often the best suggestion is the fault. */
  exact: number
  /** Suggestions beyond the first. */
  others: number
}

/** Searches planted tables of 30 000 rows with one fault each. */
export function nameRates(options: {
  seeds: number
  /** Expected bad rows of the candidate that a fault needs to count. */
  line: number
  order?: 1 | 2 | 3
}): NameRates {
  const { seeds, line, order } = options
  const rates: NameRates = { tables: 0, exact: 0, others: 0 }
  for (let seed = 1; seed <= seeds; seed++) {
    const baseRate = [0.003, 0.01, 0.03][seed % 3]!
    const planted = plantedTable({
      seed,
      cohort: 'random',
      baseRate,
      ...(order === undefined ? {} : { order }),
    })
    const { cohort, badRate, candidateRows } = planted.planted!
    if (badRate * candidateRows < line) continue
    rates.tables += 1
    const { found } = searchCohorts(planted)
    const [best] = found
    rates.others += Math.max(0, found.length - 1)
    if (best !== undefined && sameName(planted.table, best.cohort, cohort)) rates.exact += 1
  }
  return rates
}

/** The same attributes, operators and values (ranges may differ in a few rows), or the very same rows. */
function sameName(table: CohortTable, a: Cohort, b: Cohort): boolean {
  const name = (cohort: Cohort): string =>
    cohortKey(cohort.map((c) => (c.op === 'range' ? { ...c, low: null, high: null } : c)))
  const overlap = jaccard(table, a, b)
  return (name(a) === name(b) && overlap >= 0.8) || overlap === 1
}
