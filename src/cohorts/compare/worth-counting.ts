import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import type { Suggested } from './discover.ts'

/** Cohorts that a source counts in one go, beside everything. */
const mostTogether = 63
/** Alternatives of each suggestion. */
const mostAlternatives = 3
/** A description of so many times as many rows takes longer to count, and is seldom the better one. */
const mostTimes = 4

/** All suggested cohorts, and as many of their alternatives as can be counted along with them, the first ones first. */
export function worthCounting(suggested: readonly Suggested[], table: CohortTable): Cohort[] {
  const wanted = new Map(suggested.map(({ cohort }) => [cohortKey(cohort), cohort]))
  for (const { cohort, alternatives } of suggested) {
    let own = 0
    // most have no other description: their rows are never asked for
    let rows: number | undefined
    for (const other of alternatives) {
      if (wanted.size >= mostTogether || own === mostAlternatives) break
      if (other.length === 0 || wanted.has(cohortKey(other))) continue
      rows ??= rowsOf(table, cohort)
      if (rowsOf(table, other) > mostTimes * rows) continue
      wanted.set(cohortKey(other), other)
      own += 1
    }
  }
  return [...wanted.values()]
}

function rowsOf(table: CohortTable, cohort: Cohort): number {
  return countInside(cohortMask(table, cohort))
}

function countInside(mask: Uint8Array): number {
  let rows = 0
  for (let row = 0; row < mask.length; row++) rows += mask[row]!
  return rows
}
