/** From a cell of coarse codes to a cohort on raw values. */
import type { Cohort, Condition } from './cohort.ts'
import type { ClassCounts, Population } from './cell-counts.ts'
import { candidateBad, candidateGood } from './cell-counts.ts'
import type { CodedAttribute } from './coded-attributes.ts'
import type { CellGain } from './gain-beyond-rest.ts'
import { refineRange } from './refine-range.ts'
import { firstMultiple, lastMultiple, roundSteps } from './round-number.ts'
import type { CodedCondition, Contender } from './scan-cells.ts'

/** A contender with its ends on raw values, and the rows that it holds. */
export interface ExactCohort {
  contender: Contender
  cohort: Cohort
  /** Per row of the population: 1 = inside. */
  members: Uint8Array
  /** Weighted counts of the members. */
  four: ClassCounts
  /** Evidence and fit of the exact rows, as in `Contender`. */
  score: number
  fit: number
}

/** Losing more than this against the coarse cell, the refined ends are not taken. */
const worstLoss = 2

export interface Gains {
  evidence: CellGain
  fit: CellGain
}

export function exactCohort(
  contender: Contender,
  population: Population,
  attributes: readonly CodedAttribute[],
  gains: Gains,
): ExactCohort {
  const coarse = contender.conditions.map((coded) => toCondition(coded, attributes))
  const plain = measure(coarse)
  if (coarse.every((condition) => condition.op !== 'range')) return plain
  const refined = measure(refineAll(coarse))
  return refined.fit >= plain.fit - worstLoss ? refined : plain

  function measure(conditions: readonly Condition[]): ExactCohort {
    const members = membersOf(conditions, contender.conditions)
    const four = new Float64Array(4)
    for (let row = 0; row < members.length; row++) {
      if (members[row] === 1) four[population.classes[row]!]! += population.weights?.[row] ?? 1
    }
    const score = gains.evidence(four, contender.prior) - contender.cost
    const fit = gains.fit(four, contender.prior) - contender.cost
    return { contender, cohort: conditions, members, four, score, fit }
  }

  function membersOf(
    conditions: readonly Condition[],
    coded: readonly CodedCondition[],
    skip = -1,
  ): Uint8Array {
    const members = new Uint8Array(population.rows.length).fill(1)
    for (const [index, condition] of conditions.entries()) {
      if (index === skip) continue
      const { attribute, first } = coded[index]!
      const { column } = attributes[attribute]!
      if (condition.op === 'range' && column.kind === 'number') {
        clearOutsideRange(members, population.rows, column.values, condition)
      } else {
        const codes = population.codes[attribute]!
        for (let row = 0; row < members.length; row++) if (codes[row] !== first) members[row] = 0
      }
    }
    return members
  }

  /** Each range given the others; twice where there are two. */
  function refineAll(coarse: readonly Condition[]): Condition[] {
    const conditions = [...coarse]
    const ranges = conditions.flatMap((condition, index) =>
      condition.op === 'range' ? [index] : [],
    )
    for (const index of ranges.length > 1 ? [...ranges, ...ranges] : ranges) {
      const condition = conditions[index]!
      const attribute = attributes[contender.conditions[index]!.attribute]!
      if (condition.op !== 'range' || attribute.column.kind !== 'number') continue
      const others = membersOf(conditions, contender.conditions, index)
      const { values, bad } = candidateValues(others, attribute.column.values)
      const { low, high } = refineRange(values, bad, { start: condition })
      conditions[index] =
        low === null && high === null
          ? { ...condition, low: floorOf(attribute.column.values), high }
          : { ...condition, low, high }
    }
    return conditions
  }

  function candidateValues(
    members: Uint8Array,
    column: Float64Array,
  ): { values: Float64Array; bad: Uint8Array } {
    const { classes, rows } = population
    let size = 0
    for (let row = 0; row < members.length; row++) {
      if (members[row] === 1 && classes[row]! >= candidateGood) size += 1
    }
    const values = new Float64Array(size)
    const bad = new Uint8Array(size)
    let next = 0
    for (let row = 0; row < members.length; row++) {
      if (members[row] !== 1 || classes[row]! < candidateGood) continue
      values[next] = column[rows[row]!]!
      bad[next] = classes[row] === candidateBad ? 1 : 0
      next += 1
    }
    return { values, bad }
  }
}

function toCondition(
  { attribute, first, last }: CodedCondition,
  attributes: readonly CodedAttribute[],
): Condition {
  return attributes[attribute]!.condition(first, last)
}

function clearOutsideRange(
  members: Uint8Array,
  rows: Uint32Array,
  values: Float64Array,
  { low, high }: { low: number | null; high: number | null },
): void {
  for (let row = 0; row < members.length; row++) {
    const value = values[rows[row]!]!
    if (!(value >= (low ?? -Infinity) && (high === null || value < high))) members[row] = 0
  }
}

/** A round number at or below every value: "present", said as a range. */
function floorOf(values: Float64Array): number | null {
  let least = Infinity
  for (const value of values) if (value < least) least = value
  if (least >= 0) return 0
  for (const step of roundSteps(10 ** 15, 1e-9)) {
    const below = lastMultiple(2 * least, least, step) ?? firstMultiple(2 * least, least, step)
    if (below !== null && Number.isFinite(below)) return below
  }
  return Number.isFinite(least) ? least : null
}
