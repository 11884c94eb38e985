/** From a cell of coarse codes to a cohort on raw values. */
import {
  baselineBad,
  candidateBad,
  candidateGood,
  type ClassCounts,
  type Population,
} from '../cell-counts.ts'
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
  /** Positions in the population that were alive when they were first asked for; asked for at once, or never. */
  readonly members: Uint32Array
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

/** The cell as the scan saw it. @param four its counts, where they are known */
export function coarseCohort(
  contender: Description,
  scope: ExactScope,
  four?: ClassCounts,
): ExactCohort {
  const { index } = scope
  const { conditions } = contender
  const cohort = conditions.map(({ attribute, first, last }) =>
    index.attributes[attribute]!.condition(first, last),
  )
  if (four === undefined) return exactCohort(contender, cohort, index.coded(conditions), scope)
  let members: Uint32Array | undefined
  return {
    contender,
    cohort,
    four: four.slice(),
    ...scoresOf(contender, four, undefined, scope),
    get members() {
      return (members ??= index.coded(conditions))
    },
  }
}

/** The same with the ends of its ranges moved on raw values, where that loses nothing. */
export function refinedCohort(coarse: ExactCohort, scope: ExactScope): ExactCohort {
  if (coarse.cohort.every((condition) => condition.op !== 'range')) return coarse
  const { contender } = coarse
  const cohort = refineAll(coarse, scope)
  const members = scope.index.exact(cohort, contender.conditions)
  const refined = exactCohort(contender, cohort, members, scope, coarse.four)
  return refined.fit >= coarse.fit - worstLoss ? refined : coarse
}

/** @param coarse counts of the cell that the ends were moved in */
function exactCohort(
  contender: Description,
  cohort: Cohort,
  members: Uint32Array,
  scope: ExactScope,
  coarse?: ClassCounts,
): ExactCohort {
  const four = countClasses(scope.index.population, members)
  return { contender, cohort, members, four, ...scoresOf(contender, four, coarse, scope) }
}

function scoresOf(
  { cost, prior }: Description,
  four: ClassCounts,
  coarse: ClassCounts | undefined,
  { gains, index }: ExactScope,
): { score: number; fit: number } {
  const { goodWeight = 1 } = index.population
  // nats for choosing this among the places that so narrow a range could have had within the coarse one
  const places = coarse === undefined ? 1 : rowsOf(coarse, goodWeight) / rowsOf(four, goodWeight)
  const paid = cost + Math.max(0, Math.log(places))
  return { score: gains.evidence(four, prior) - paid, fit: gains.fit(four, prior) - paid }
}

/** Of the candidate, one more than there are; for volumes bad ones of both sides. */
function rowsOf(four: ClassCounts, goodWeight: number): number {
  return 1 + four[candidateBad]! + four[baselineBad]! + four[candidateGood]! / goodWeight
}

/** Weighted rows by class. */
export function countClasses(
  { classes, weights }: Population,
  positions: Uint32Array,
): Float64Array<ArrayBuffer> {
  const four = new Float64Array(4)
  if (weights === undefined) {
    for (let i = 0; i < positions.length; i++) four[classes[positions[i]!]!]! += 1
    return four
  }
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!
    four[classes[at]!]! += weights[at]!
  }
  return four
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
 * both sides, the side that has more than its share inside counting as bad. Where rows were sampled each is one row: a
 * good one that stands for a hundred says as little about where a range ends as any other.
 */
function rowsInOrder(
  others: Uint32Array,
  attribute: number,
  values: Float64Array,
  four: ClassCounts,
  { kind, index, all }: ExactScope,
): { values: Float64Array; bad: Uint8Array; weights: Float64Array | undefined } {
  const { classes, rows, goodWeight = 1 } = index.population
  const weights = goodWeight > 1 ? undefined : index.population.weights
  const volume = kind === 'volume'
  const grown =
    four[candidateBad]! > restSplit(four, all) * (four[candidateBad]! + four[baselineBad]!)
  const wanted = volume && !grown ? baselineBad : candidateBad
  const least = volume ? 0 : candidateGood
  const counting = new Uint32Array(others.length)
  let length = 0
  for (let i = 0; i < others.length; i++) {
    const at = others[i]!
    if (classes[at]! < least) continue
    const value = values[rows[at]!]!
    if (value === value) counting[length++] = at
  }
  const ordered = index.inOrder(counting.subarray(0, length), attribute)
  const taken = {
    values: new Float64Array(length),
    bad: new Uint8Array(length),
    weights: weights === undefined ? undefined : new Float64Array(length),
  }
  for (let i = 0; i < length; i++) {
    const at = ordered[i]!
    taken.values[i] = values[rows[at]!]!
    taken.bad[i] = classes[at] === wanted ? 1 : 0
    if (taken.weights !== undefined) taken.weights[i] = weights![at]!
  }
  return taken
}
