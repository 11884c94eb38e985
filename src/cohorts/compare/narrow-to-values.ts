/**
 * Several values of one attribute that changed alike, where no single one of them shows it: beside the others of the
 * set, each looks like the rest. Searched after all conjunctions, in what they leave over and inside each of them.
 */
import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
  type Population,
  subPopulation,
} from '../cell-counts.ts'
import { cohortMask, type CategoryColumn, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { compareValues } from '../compare-values.ts'
import { cohortKey } from '../format-cohort.ts'
import { restOddsRatio } from '../likelihood-gain.ts'
import type { MixBalance } from '../mix-balance.ts'
import type { CohortMeasure } from '../search-cohorts.ts'
import { conditionHurdle, leastEffectRatio } from '../search/description-cost.ts'
import { gainsBeyondRest } from '../search/search-gains.ts'
import { populationOf } from '../search/search-population.ts'
import { effectBeyondRest, hasSupport, sidesOf } from '../search/select-effects.ts'
import { implies } from './implies.ts'

export interface ValueSets {
  table: CohortTable
  measure: CohortMeasure
  balance: MixBalance
  /** What the search is sure of, of this measure; `[]` is passed over. */
  found: readonly Cohort[]
  maxOrder: number
  minimumBad: number
}

/** Values of a set: a longer list is no description. */
const mostValues = 12
/** Different values among which a set is looked for. */
const mostDifferent = 1000
/** Nats that a set costs beside its name, as any description does. */
const setHurdle = 3
/** Bad rows at the average rate that are added to each value before they are put in order. */
const priorBad = 5

/** Cohorts to suggest beside those found: at most one inside each, and one of everything. Of shares alone. */
export function narrowToValues(search: ValueSets): Cohort[] {
  const { table, measure, balance, maxOrder } = search
  if (measure.kind === 'volume') return []
  const found = search.found.filter((cohort) => cohort.length > 0)
  const masks = new Map(found.map((cohort) => [cohort, cohortMask(table, cohort)]))
  const population = populationOf(table, measure, [], balance)
  const known = new Set(found.map(cohortKey))
  const sets: Cohort[] = []
  for (const parent of [[], ...found]) {
    if (parent.length >= maxOrder) continue
    const set = bestSet(parent, search, population, masks)
    if (set === null || known.has(cohortKey(set))) continue
    known.add(cohortKey(set))
    sets.push(set)
  }
  return sets
}

function bestSet(
  parent: Cohort,
  { table, minimumBad }: ValueSets,
  population: Population,
  masks: ReadonlyMap<Cohort, Uint8Array>,
): Cohort | null {
  let best: { cohort: Cohort; worth: number } | null = null
  const named = new Set(parent.map(({ attribute }) => attribute))
  // what says something else about the same rows has explained them
  const others = [...masks.keys()].filter((other) => !implies(parent, other))
  const inParent = masks.get(parent)
  const left = (explaining: readonly Cohort[]): Population => {
    if (inParent === undefined && explaining.length === 0) return population
    const taken = explaining.map((other) => masks.get(other)!)
    return subPopulation(population, keptRows(population.rows, inParent, taken))
  }
  const unexplained = left(others)
  for (const column of table.attributes) {
    if (column.kind !== 'category' || named.has(column.name)) continue
    const explaining = others.filter((other) => !isSibling(other, parent, column.name))
    const rows = explaining.length === others.length ? unexplained : left(explaining)
    const set = setOf(countsByCode(column, rows), {
      values: column.values,
      sample: population,
      isNested: parent.length > 0,
      attributes: table.attributes.length,
      minimumBad,
    })
    if (set === null || (best !== null && set.worth <= best.worth)) continue
    const values = set.codes.map((code) => column.values[code]!).toSorted(compareValues)
    best = {
      cohort: [...parent, { attribute: column.name, op: 'in', values }],
      worth: set.worth,
    }
  }
  return best?.cohort ?? null
}

/** By position, 1: the row is inside, and none of the others has taken it. */
function keptRows(
  rows: Uint32Array,
  inside: Uint8Array | undefined,
  taken: readonly Uint8Array[],
): Uint8Array {
  const keep = new Uint8Array(rows.length)
  for (let at = 0; at < keep.length; at++) keep[at] = inside?.[rows[at]!] ?? 1
  for (const mask of taken) without(keep, rows, mask)
  return keep
}

function without(keep: Uint8Array, rows: Uint32Array, mask: Uint8Array): void {
  for (let at = 0; at < keep.length; at++) if (mask[rows[at]!] === 1) keep[at] = 0
}

/** Whether a cohort is the parent with values of the attribute. */
function isSibling(cohort: Cohort, parent: Cohort, attribute: string): boolean {
  if (cohort.length !== parent.length + 1 || !implies(cohort, parent)) return false
  return cohort.some(
    (condition) =>
      condition.attribute === attribute && (condition.op === '=' || condition.op === 'in'),
  )
}

/** Four counts for every code, code after code. */
function countsByCode(
  { codes, values }: CategoryColumn,
  { rows, classes, weights }: Population,
): Float64Array {
  const counts = new Float64Array(4 * values.length)
  if (weights === undefined) {
    for (let at = 0; at < rows.length; at++) counts[4 * codes[rows[at]!]! + classes[at]!]! += 1
  } else {
    for (let at = 0; at < rows.length; at++) {
      counts[4 * codes[rows[at]!]! + classes[at]!]! += weights[at]!
    }
  }
  return counts
}

interface SetScope {
  /** By code. */
  values: CategoryColumn['values']
  sample: Pick<Population, 'goodWeight' | 'goodWeights'>
  isNested: boolean
  attributes: number
  minimumBad: number
}

/** The best set of at least two codes, where it pays for its name and says it better than its first code alone. */
function setOf(
  counts: Float64Array,
  { values, sample, isNested, attributes, minimumBad }: SetScope,
): { codes: number[]; worth: number } | null {
  const all = new Float64Array(4)
  for (const [at, count] of counts.entries()) all[at % 4]! += count
  const { bad, total, baseBad, baseTotal } = sidesOf(all)
  if (bad < 2 * minimumBad) return null
  const fourOf = (code: number): ClassCounts => counts.subarray(4 * code, 4 * code + 4)
  // code 0 is absent, and no value
  const codes = Array.from({ length: counts.length / 4 - 1 }, (_, i) => i + 1).filter((code) =>
    fourOf(code).some((count) => count > 0),
  )
  if (codes.length < 3 || codes.length > mostDifferent) return null
  const rates = { bad: (bad + 0.5) / (total + 1), baseBad: (baseBad + 0.5) / (baseTotal + 1) }
  const change = new Map(codes.map((code) => [code, changeOf(fourOf(code), rates)]))
  // codes follow the order of the rows, values do not
  const ordered = codes.toSorted(
    (a, b) => change.get(b)! - change.get(a)! || compareValues(values[a]!, values[b]!),
  )
  const expected = new Map(codes.map((code) => [code, expectedBad(fourOf(code), rates.baseBad)]))
  const whole = {
    bad: ordered.reduce((sum, code) => sum + fourOf(code)[candidateBad]!, 0),
    expected: ordered.reduce((sum, code) => sum + expected.get(code)!, 0),
  }
  const four = new Float64Array(4)
  const part = { bad: 0, expected: 0 }
  let ways = 0
  let best: { size: number; split: number; ways: number; four: ClassCounts } | null = null
  for (const [at, code] of ordered.slice(0, Math.min(mostValues, codes.length - 1)).entries()) {
    for (const [k, count] of fourOf(code).entries()) four[k]! += count
    part.bad += fourOf(code)[candidateBad]!
    part.expected += expected.get(code)!
    // ln (codes over size)
    ways += Math.log((codes.length - at) / (at + 1))
    const split = splitGain(part, whole)
    if (best === null || split - ways > best.split - best.ways) {
      best = { size: at + 1, split, ways, four: four.slice() }
    }
  }
  if (best === null || best.size < 2) return null
  if (!hasSupport('share', best.four, all, minimumBad)) return null
  if (effectBeyondRest('share', best.four, all) < leastEffectRatio) return null
  const restRatio = isNested ? restOddsRatio(bad, total, baseBad, baseTotal, 1) : 1
  const gains = gainsBeyondRest('share', all, restRatio, sample)
  const cost = setHurdle + Math.log(attributes) + best.ways + (isNested ? conditionHurdle : 0)
  const nats = Math.min(best.split, gains.evidence(best.four, rates.baseBad))
  return nats > cost ? { codes: ordered.slice(0, best.size), worth: nats - cost } : null
}

interface Part {
  /** Bad events of the candidate, and how many the baseline's rates make of its events. */
  bad: number
  expected: number
}

/** Nats by which two changes, of the part and of the rest, describe the counts better than one (Poisson). */
function splitGain(part: Part, whole: Part): number {
  const fit = ({ bad, expected }: Part): number => (bad > 0 ? bad * Math.log(bad / expected) : 0)
  const rest = { bad: whole.bad - part.bad, expected: whole.expected - part.expected }
  return fit(part) + fit(rest) - fit(whole)
}

/** By the value's own rate in the baseline, held near everything's. */
function expectedBad(four: ClassCounts, usual: number): number {
  const baseTotal = four[baselineBad]! + four[baselineGood]!
  const rate = (four[baselineBad]! + priorBad) / (baseTotal + priorBad / usual)
  return rate * (four[candidateBad]! + four[candidateGood]!)
}

/** How many times as bad a value got, held near everything's change. */
function changeOf(four: ClassCounts, rates: { bad: number; baseBad: number }): number {
  const rate = (bad: number, good: number, usual: number): number =>
    (bad + priorBad) / (bad + good + priorBad / usual)
  return (
    rate(four[candidateBad]!, four[candidateGood]!, rates.bad) /
    rate(four[baselineBad]!, four[baselineGood]!, rates.baseBad)
  )
}
