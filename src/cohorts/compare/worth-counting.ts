import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import type { DiscoveryMeasure } from './cohort-source.ts'
import type { Suggested } from './discover.ts'
import { narrowerCohorts, widerCohorts } from './nearby-cohorts.ts'
import { otherEnds } from './other-ends.ts'
import { questionOf } from './question-of.ts'

export interface CountingScope {
  /** What was searched. */
  table: CohortTable
  measures: readonly DiscoveryMeasure[]
  maxOrder: number
}

/** Cohorts that a source counts in one go, beside everything. */
const mostTogether = 63
/** Of each suggestion. */
const mostAlternatives = 8
/** A description of so many times as many rows takes longer to count, and is seldom the better one. */
const mostTimes = 4

/**
 * The suggestions with all their other descriptions that are counted: as many as can be in one go, those of the best
 * suggestions first.
 */
export function worthCounting(
  suggested: readonly Suggested[],
  scope: CountingScope,
): { suggested: Suggested[]; counted: Cohort[] } {
  const wanted = new Map(suggested.map(({ cohort }) => [cohortKey(cohort), cohort]))
  const all = suggested.map((one): Suggested => {
    const others: Cohort[] = []
    for (const other of wanted.size < mostTogether ? othersOf(one, scope) : []) {
      if (wanted.size >= mostTogether && !wanted.has(cohortKey(other))) continue
      wanted.set(cohortKey(other), other)
      others.push(other)
    }
    return { ...one, others }
  })
  return { suggested: all, counted: [...wanted.values()] }
}

/** What all rows may prefer: chance in a sample moves ends, adds conditions and hides them. */
function othersOf(
  { measure, cohort, alternatives }: Suggested,
  { table, measures, maxOrder }: CountingScope,
): Cohort[] {
  const asked = measures.filter(
    ({ name, kind }) => kind === 'share' && questionOf(name) === questionOf(measure),
  )
  const most = mostTimes * rowsOf(table, cohort)
  const isNear = (other: Cohort): boolean => other.length > 0 && rowsOf(table, other) <= most
  const endsOf = (one: Cohort): Cohort[] => otherEnds(one, { table, measures: asked })
  const wider = widerCohorts(cohort).filter(isNear)
  const narrower = narrowerCohorts(cohort, alternatives, maxOrder).slice(0, mostAlternatives)
  return [
    ...endsOf(cohort).filter(isNear),
    ...wider.flatMap((one) => [one, ...endsOf(one).filter(isNear)]),
    ...narrower,
    ...alternatives.slice(0, mostAlternatives).filter(isNear),
  ]
}

function rowsOf(table: CohortTable, cohort: Cohort): number {
  return countInside(cohortMask(table, cohort))
}

function countInside(mask: Uint8Array): number {
  let rows = 0
  for (let row = 0; row < mask.length; row++) rows += mask[row]!
  return rows
}
