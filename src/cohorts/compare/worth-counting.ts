import { cohortMask, takeRows, type CohortTable } from '../cohort-table.ts'
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

/** Rows of a sample that are all looked at to say how large a cohort is; of more, one in so many. */
const mostGlanced = 16_000
const glanced = 8

/**
 * The suggestions with all their other descriptions that are counted: as many as can be in one go, by turns; what is in
 * doubt comes after all that is not.
 */
export function worthCounting(
  suggested: readonly Suggested[],
  scope: CountingScope,
): { suggested: Suggested[]; counted: Cohort[] } {
  const wanted = new Map(suggested.map(({ cohort }) => [cohortKey(cohort), cohort]))
  const glance = glanceOf(scope.table)
  const others = new Map<Suggested, Cohort[]>()
  for (const isInDoubt of [false, true]) {
    const some = suggested.filter((one) => (one.isInDoubt ?? false) === isInDoubt)
    if (wanted.size >= mostTogether) break
    const lists = some.map((one) => othersOf(one, scope, glance))
    for (const one of some) others.set(one, [])
    for (const [of, other] of byTurns(lists)) {
      const key = cohortKey(other)
      if (wanted.size >= mostTogether && !wanted.has(key)) continue
      wanted.set(key, other)
      others.get(some[of]!)!.push(other)
    }
  }
  return {
    suggested: suggested.map((one) => ({ ...one, others: others.get(one) ?? [] })),
    counted: [...wanted.values()],
  }
}

/** The first of each list, then the second of each, with the number of its list. */
function* byTurns<T>(lists: readonly (readonly T[])[]): Generator<[of: number, T]> {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  for (let turn = 0; turn < longest; turn++)
    for (const [of, list] of lists.entries()) if (turn < list.length) yield [of, list[turn]!]
}

/** What all rows may prefer: chance in a sample moves ends, adds conditions and hides them. */
function othersOf(
  { measure, cohort, alternatives }: Suggested,
  { table, measures, maxOrder }: CountingScope,
  glance: CohortTable,
): Cohort[] {
  const asked = measures.filter(
    ({ name, kind }) => kind === 'share' && questionOf(name) === questionOf(measure),
  )
  const most = mostTimes * (rowsOf(glance, cohort) + 1)
  const isNear = (other: Cohort): boolean => other.length > 0 && rowsOf(glance, other) <= most
  const endsOf = (one: Cohort): Cohort[] =>
    otherEnds(one, { table, measures: asked }).filter(isNear)
  const wider = widerCohorts(cohort).filter(isNear)
  const narrower = narrowerCohorts(cohort, alternatives, maxOrder).slice(0, mostAlternatives)
  const alike = alternatives.slice(0, mostAlternatives).filter(isNear)
  const besides = [...byTurns([[...wider, ...wider.flatMap(endsOf)], alike, narrower])]
  return [...endsOf(cohort), ...besides.map(([, other]) => other)]
}

function glanceOf(table: CohortTable): CohortTable {
  if (table.rows < mostGlanced) return table
  return takeRows(
    table,
    table.candidate.map((_, row) => (row % glanced === 0 ? 1 : 0)),
  )
}

function rowsOf(table: CohortTable, cohort: Cohort): number {
  return countInside(cohortMask(table, cohort))
}

function countInside(mask: Uint8Array): number {
  let rows = 0
  for (let row = 0; row < mask.length; row++) rows += mask[row]!
  return rows
}
