/** The greedy search for one measure: take the best description, explain its rows away, look again. */
import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  countRows,
  emptyCounts,
  subPopulation,
  type CellCounts,
  type ClassCounts,
  type Population,
} from './cell-counts.ts'
import type { CodedAttribute } from './coded-attributes.ts'
import type { Cohort } from './cohort.ts'
import { compareExact, simplestOfFirst } from './compare-exact.ts'
import { exactCohort, type ExactCohort } from './exact-cohort.ts'
import { cohortKey } from './format-cohort.ts'
import { evidenceBeyondRest, gainBeyondNothing, gainBeyondRest } from './gain-beyond-rest.ts'
import { isProductive } from './is-productive.ts'
import { candidateGain, likelihoodGain, restOddsRatio } from './likelihood-gain.ts'
import { conditionHurdle, parentsOf, scanCells, type Contender } from './scan-cells.ts'

export interface MeasureSearch {
  attributes: readonly CodedAttribute[]
  /** Indices of the attributes that may form pairs. */
  paired: readonly number[]
  maxOrder: 1 | 2
  minimumBad: number
  /** Nats that every description costs beside its conditions. */
  baseCost: number
}

export interface FoundCohort {
  cohort: Cohort
  score: number
  alternatives: { cohort: Cohort; score: number }[]
  /** Row numbers in the table. */
  rows: Uint32Array
}

/** What is searched: everything, or the inside of a cohort already found. */
interface Scope {
  population: Population
  /** The cohort that all of the population lies in; null = the start, where "everything" is itself a description. */
  parent: Cohort | null
  /** Attribute that the parent names, or -1. */
  excluded: number
  /** What the rest is expected to have done: the parent's odds ratio. */
  restRatio: number
  paired: readonly number[]
  baseCost: number
}

const maxFound = 12
/** Contenders whose ends are moved on raw values in one round. */
const maxExact = 24
const maxAlternatives = 5
/** Share of bad rows in common that makes a description an alternative to another. */
const alternativeOverlap = 0.5
/** What a parent keeps must still be this much worse, in nats, once its children are taken out. */
const remainderEvidence = 3
/** A child must be this many times as bad as the rest of its parent. */
const leastEffectRatio = 1.2

export function searchMeasure(search: MeasureSearch, population: Population): FoundCohort[] {
  const paired = search.maxOrder === 2 ? search.paired : []
  const start = { parent: null, excluded: -1, restRatio: 1, baseCost: search.baseCost }
  return searchScope(search, { ...start, population, paired })
}

function searchScope(search: MeasureSearch, scope: Scope): FoundCohort[] {
  const { attributes, minimumBad } = search
  const found: FoundCohort[] = []
  const counts = emptyCounts(attributes, scope.paired)
  countRows(counts, scope.population, attributes, 1)
  let alive = scope.population
  for (let round = 0; round < maxFound; round++) {
    if (counts.all[candidateBad]! < minimumBad) break
    const contenders = exactContenders(search, scope, alive, counts)
    const best = simplestOfFirst(contenders)
    if (best === undefined) break
    const everything = best.cohort.length === 0
    const children = searchWithin(search, scope, best, alive)
    const inside = subPopulation(alive, best.members)
    const kept = children.length === 0 || remains(best, children, inside, counts, scope)
    if (kept) {
      found.push({
        cohort: [...(scope.parent ?? []), ...best.cohort],
        score: best.score,
        alternatives: alternativesOf(best, contenders, alive, scope.parent ?? []),
        rows: inside.rows,
      })
    }
    found.push(...children)
    // "everything" has been searched on the inside: nothing is left to look at
    if (everything) break
    const explained = kept ? best.members : memberFlags(alive, children)
    countRows(counts, subPopulation(alive, explained), attributes, -1)
    alive = subPopulation(
      alive,
      explained.map((flag) => 1 - flag),
    )
  }
  return found
}

/** The best cells with their ends on raw values, best first; descriptions of the same rows only once. */
function exactContenders(
  search: MeasureSearch,
  scope: Scope,
  alive: Population,
  counts: CellCounts,
): ExactCohort[] {
  const { attributes, minimumBad } = search
  const settings = {
    attributes,
    minimumBad,
    restRatio: scope.restRatio,
    baseCost: scope.baseCost,
    root: scope.parent === null,
    excluded: scope.excluded,
  }
  const gains = {
    evidence: evidenceBeyondRest(counts.all, scope.restRatio),
    fit: gainBeyondRest(candidateGain, counts.all, scope.restRatio),
  }
  const toExact = (contender: Contender): ExactCohort => {
    const everything = contender.conditions.length === 0
    return exactCohort(contender, alive, attributes, everything ? gainsBeyondNothing : gains)
  }
  const isWorse = ({ four, score }: ExactCohort): boolean =>
    score > 0 &&
    four[candidateBad]! >= minimumBad &&
    (scope.parent === null || effectRatio(four, counts.all) >= leastEffectRatio)

  const sorted = scanCells(counts, settings)
    .slice(0, maxExact)
    .map(toExact)
    .filter(isWorse)
    .toSorted(compareExact)
  const wider: ExactCohort[] = []
  let best = sorted[0]
  while (best !== undefined) {
    const child: ExactCohort = best
    best = parentsOf(child.contender, counts, settings)
      .map(toExact)
      .filter((parent) => isWorse(parent) && !isProductive(child, parent))
      .toSorted(compareExact)[0]
    if (best !== undefined) wider.unshift(best)
  }
  return [...wider, ...sorted]
}

const gainsBeyondNothing = {
  evidence: gainBeyondNothing(likelihoodGain),
  fit: gainBeyondNothing(candidateGain),
}

/** The candidate's rate inside over its rate in the rest. */
function effectRatio(four: ClassCounts, all: ClassCounts): number {
  const inside = sides(four)
  const restBad = all[candidateBad]! - inside.bad
  const restTotal = all[candidateBad]! + all[candidateGood]! - inside.total
  return inside.bad / inside.total / ((restBad + 0.5) / (restTotal + 1))
}

/** Narrower cohorts in which the change is stronger than in the rest of `best`. */
function searchWithin(
  search: MeasureSearch,
  scope: Scope,
  best: ExactCohort,
  alive: Population,
): FoundCohort[] {
  const parent = [...(scope.parent ?? []), ...best.cohort]
  if (parent.length >= search.maxOrder) return []
  const everything = best.cohort.length === 0
  const { bad, total, baseBad, baseTotal } = sides(best.four)
  return searchScope(search, {
    population: subPopulation(alive, best.members),
    parent,
    excluded: best.contender.conditions[0]?.attribute ?? -1,
    restRatio: restOddsRatio(bad, total, baseBad, baseTotal, 1),
    paired: everything ? scope.paired : [],
    baseCost: scope.baseCost + (everything ? 0 : conditionHurdle),
  })
}

/** Whether a parent is still worse without the children found in it. */
function remains(
  best: ExactCohort,
  children: readonly FoundCohort[],
  inside: Population,
  counts: CellCounts,
  scope: Scope,
): boolean {
  const taken = memberFlags(inside, children)
  const rest = new Float64Array(4)
  const all = Float64Array.from(counts.all)
  for (let row = 0; row < taken.length; row++) {
    const side = taken[row] === 1 ? all : rest
    const weight = inside.weights?.[row] ?? 1
    side[inside.classes[row]!]! += side === all ? -weight : weight
  }
  const gain =
    best.cohort.length === 0
      ? gainsBeyondNothing.evidence(rest, best.contender.prior)
      : evidenceBeyondRest(all, scope.restRatio)(rest, best.contender.prior)
  return gain >= remainderEvidence
}

/** Per row of the population: 1 = in one of the cohorts. */
function memberFlags(population: Population, cohorts: readonly FoundCohort[]): Uint8Array {
  const rows = new Set<number>()
  for (const cohort of cohorts) for (const row of cohort.rows) rows.add(row)
  return Uint8Array.from(population.rows, (row) => (rows.has(row) ? 1 : 0))
}

/** Runners-up that share most of their bad rows, or of the best one's. */
function alternativesOf(
  best: ExactCohort,
  contenders: readonly ExactCohort[],
  population: Population,
  parent: Cohort,
): { cohort: Cohort; score: number }[] {
  const seen = new Set([cohortKey(best.cohort)])
  const alternatives: { cohort: Cohort; score: number }[] = []
  for (const other of contenders) {
    if (alternatives.length === maxAlternatives) break
    const key = cohortKey(other.cohort)
    if (seen.has(key) || badOverlap(best, other, population) < alternativeOverlap) continue
    seen.add(key)
    alternatives.push({
      cohort: [...parent, ...other.cohort],
      score: Math.min(best.score, other.score),
    })
  }
  return alternatives
}

/** Bad candidate rows in common, as a share of the smaller one's. */
function badOverlap(a: ExactCohort, b: ExactCohort, population: Population): number {
  let both = 0
  for (let row = 0; row < population.classes.length; row++) {
    if (population.classes[row] !== candidateBad) continue
    if (a.members[row] === 1 && b.members[row] === 1) both += 1
  }
  return both / Math.min(a.four[candidateBad]!, b.four[candidateBad]!)
}

function sides(four: ClassCounts): {
  bad: number
  total: number
  baseBad: number
  baseTotal: number
} {
  const bad = four[candidateBad]!
  const baseBad = four[baselineBad]!
  return {
    bad,
    total: bad + four[candidateGood]!,
    baseBad,
    baseTotal: baseBad + four[baselineGood]!,
  }
}
