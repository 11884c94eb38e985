import { cohortMask } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import type { UnitTable } from './unit-table.ts'

/**
 * Drops the conditions that the others imply: a card type that only orders carry needs no `operation`. The last
 * condition always stays.
 */
export function simplifyCohort(table: UnitTable, cohort: Cohort): Cohort {
  let simple = cohort
  for (const condition of cohort) {
    const rest = simple.filter((other) => other !== condition)
    if (rest.length > 0 && sameRows(cohortMask(table, rest), cohortMask(table, simple)))
      simple = rest
  }
  return simple
}

function sameRows(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((inside, row) => inside === b[row])
}
