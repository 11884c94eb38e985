import { createRandom } from '../../stats/random.ts'
import type { Cohort } from '../cohort.ts'
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { PlantedTable } from './planted-table.ts'

/** Makes the candidate's rows of a cohort bad with a probability. */
export function plant(into: PlantedTable, cohort: Cohort, rate: number, seed = 99): void {
  const random = createRandom(seed)
  const mask = cohortMask(into.table, cohort)
  const { bad } = into.measures[0]!
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 1 && into.table.candidate[row] === 1 && random.uniform() < rate) bad[row] = 1
  }
}

/** Rows of both sides in both cohorts, as a share of the rows in either. */
export function jaccard(table: CohortTable, a: Cohort, b: Cohort): number {
  const [inA, inB] = [cohortMask(table, a), cohortMask(table, b)]
  let both = 0
  let either = 0
  for (let row = 0; row < table.rows; row++) {
    both += inA[row]! & inB[row]!
    either += inA[row]! | inB[row]!
  }
  return both / either
}
