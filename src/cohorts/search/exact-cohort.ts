/** From a cell of coarse codes to a cohort on raw values. */
import { baselineBad, candidateBad, candidateGood, type ClassCounts } from '../cell-counts.ts'
import type { Cohort, Condition } from '../cohort.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import { floorOf } from '../floor-of.ts'
import { refineRange } from '../refine-range.ts'
import type { MemberIndex } from './exact-members.ts'
import type { Contender } from './scan-contender.ts'
import { restSplit, type Gains } from './search-gains.ts'

/** A description: what the scan says of it, without the numbers that are counted anew. */
export type Description = Pick<Contender, 'conditions' | 'cost' | 'prior'>

/** A description with its ends on raw values, and the rows that it holds. */
export interface ExactCohort {
  contender: Description
  cohort: Cohort
  /** Positions in the population. */
  members: Uint32Array
  /** Weighted counts of the members. */
  four: ClassCounts
  /** Evidence and fit of the exact rows, as in `Contender`. */
  score: number
  fit: number
}

/** What exact descriptions are measured with. */
export interface ExactScope {
  kind: MeasureKind
  index: MemberIndex
  /** Weighted counts of all that is alive. */
  all: ClassCounts
  gains: Gains
}

/** Losing more than this against the coarse cell, the refined ends are not taken. */
const worstLoss = 2

/** The cell as the scan saw it. */
export function coarseCohort(contender: Description, scope: ExactScope): ExactCohort {
  const { index } = scope
  const cohort = contender.conditions.map(({ attribute, first, last }) =>
    index.attributes[attribute]!.condition(first, last),
  )
  return measured(contender, cohort, index.coded(contender.conditions), scope)
}

/** The same with the ends of its ranges moved on raw values, where that loses nothing. */
export function refinedCohort(coarse: ExactCohort, scope: ExactScope): ExactCohort {
  if (coarse.cohort.every((condition) => condition.op !== 'range')) return coarse
  const { contender } = coarse
  const cohort = refineAll(coarse, scope)
  const members = scope.index.exact(cohort, contender.conditions)
  const refined = measured(contender, cohort, members, scope)
  return refined.fit >= coarse.fit - worstLoss ? refined : coarse
}

function measured(
  contender: Description,
  cohort: Cohort,
  members: Uint32Array,
  { index, gains }: ExactScope,
): ExactCohort {
  const { classes, weights } = index.population
  const four = new Float64Array(4)
  for (let i = 0; i < members.length; i++) {
    const at = members[i]!
    four[classes[at]!]! += weights === undefined ? 1 : weights[at]!
  }
  const score = gains.evidence(four, contender.prior) - contender.cost
  const fit = gains.fit(four, contender.prior) - contender.cost
  return { contender, cohort, members, four, score, fit }
}

/** Each range given the others; twice where there are several. */
function refineAll({ contender, cohort, four }: ExactCohort, scope: ExactScope): Condition[] {
  const { index } = scope
  const conditions = [...cohort]
  const ranges = conditions.flatMap((condition, i) => (condition.op === 'range' ? [i] : []))
  for (const i of ranges.length > 1 ? [...ranges, ...ranges] : ranges) {
    const condition = conditions[i]!
    const { attribute } = contender.conditions[i]!
    const { column } = index.attributes[attribute]!
    if (condition.op !== 'range' || column.kind !== 'number') continue
    const others = index.exact(conditions, contender.conditions, i)
    const rows = rowsInOrder(others, attribute, column.values, four, scope)
    const { low, high } = refineRange(rows.values, rows.bad, {
      start: condition,
      sorted: true,
      ...(rows.weights === undefined ? {} : { weights: rows.weights }),
    })
    conditions[i] =
      low === null && high === null
        ? { ...condition, low: floorOf(column.values), high }
        : { ...condition, low, high }
  }
  return conditions
}

/**
 * The rows between whose values an end is sought, in ascending order: the candidate's, bad or not; for volumes those of
 * both sides, the side that has more than its share inside counting as bad.
 */
function rowsInOrder(
  others: Uint32Array,
  attribute: number,
  values: Float64Array,
  four: ClassCounts,
  { kind, index, all }: ExactScope,
): { values: Float64Array; bad: Uint8Array; weights: Float64Array | undefined } {
  const { classes, rows, weights } = index.population
  const grown =
    four[candidateBad]! > restSplit(four, all) * (four[candidateBad]! + four[baselineBad]!)
  const wanted = kind === 'volume' ? (grown ? candidateBad : baselineBad) : candidateBad
  const counts = (at: number): boolean =>
    !Number.isNaN(values[rows[at]!]!) && (kind === 'volume' || classes[at]! >= candidateGood)
  const ordered = inOrder(others.filter(counts), attribute, values, index)
  const taken = {
    values: new Float64Array(ordered.length),
    bad: new Uint8Array(ordered.length),
    weights: weights === undefined ? undefined : new Float64Array(ordered.length),
  }
  for (let i = 0; i < ordered.length; i++) {
    const at = ordered[i]!
    taken.values[i] = values[rows[at]!]!
    taken.bad[i] = classes[at] === wanted ? 1 : 0
    if (taken.weights !== undefined) taken.weights[i] = weights![at]!
  }
  return taken
}

/** A few are sorted; of many, those that belong are picked from all of them in order. */
function inOrder(
  positions: Uint32Array,
  attribute: number,
  values: Float64Array,
  index: MemberIndex,
): Uint32Array {
  const { rows } = index.population
  if (positions.length * 16 < rows.length) {
    return positions.toSorted((a, b) => values[rows[a]!]! - values[rows[b]!]! || a - b)
  }
  const belongs = new Uint8Array(rows.length)
  for (const at of positions) belongs[at] = 1
  return index.ascending(attribute).filter((at) => belongs[at] === 1)
}
