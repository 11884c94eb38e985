/**
 * The search for one measure: scan all conjunctions, select the fewest descriptions that explain what changed, look
 * within each for what changed more, scan once more what is not explained.
 *
 * Written as a generator that asks for scans, so that the same lines serve with and without worker threads.
 */
import { candidateBad, subPopulation, type ClassCounts, type Population } from '../cell-counts.ts'
import type { CodedAttribute } from '../coded-attributes.ts'
import type { Cohort } from '../cohort.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import { restOddsRatio } from '../likelihood-gain.ts'
import { conditionHurdle, leastScoreInDoubt } from './description-cost.ts'
import type { DoubtBounds } from './doubt-bounds.ts'
import type { ExactCohort } from './exact-cohort.ts'
import { memberIndex } from './exact-members.ts'
import { mergeSiblings } from './merge-siblings.ts'
import type { ScanResult, ScanSettings } from './scan-contender.ts'
import { gainsBeyondNothing, gainsBeyondRest } from './search-gains.ts'
import type { DoubtfulCohort } from './select-doubtful.ts'
import { isDoubted, selectCohorts, type SelectScope } from './select-cohorts.ts'
import { sidesOf } from './select-effects.ts'

export interface ScanRequest {
  population: Population
  attributes: readonly CodedAttribute[]
  settings: ScanSettings
}

/** Asks for scans, and ends with the answer. */
export type Searching<T> = Generator<ScanRequest, T, ScanResult>

export interface MeasureSearch {
  kind: MeasureKind
  attributes: readonly CodedAttribute[]
  maxOrder: number
  minimumBad: number
  /** Nats that every description costs beside its conditions. */
  baseCost: number
  /** As in `SelectScope`. */
  leastWorth: number
  doubt: DoubtBounds
}

export interface FoundCohort {
  cohort: Cohort
  score: number
  alternatives: { cohort: Cohort; score: number }[]
  /** Row numbers in the table. */
  rows: Uint32Array
  /** Weighted counts, without the rows that better descriptions explain. */
  four: ClassCounts
}

/** Scans of everything: the first, and what is left over after each that found something. */
const maxScans = 3
/**
 * Share of the bad candidate rows (of a volume: of all rows) beyond which what a scan explained may have hidden other
 * changes from it. Below, the contenders that the scan left are counted again, and that is enough: a scan is the cost of
 * a search.
 */
const hidingShare = 0.3
/** What a description keeps must still be this much worse, in nats, once the narrower ones are taken out. */
const remainderEvidence = 3

export function* searchMeasure(
  search: MeasureSearch,
  population: Population,
): Searching<FoundCohort[]> {
  const { kind } = search
  const root = kind === 'share'
  const start = { ...search, population, root, parent: null, restRatio: 1, excluded: [] }
  const { found, everything, doubtful }: Selected = yield* searchScope(search, start)
  const merged = mergeSiblings(found, kind)
  const sure = everything === null ? merged : withEverything(everything, found, merged)
  return [...sure, ...doubtful]
}

interface Selected {
  found: FoundCohort[]
  /** "Everything changed", where that is worth saying, and what was alive then. */
  everything: { best: ExactCohort; population: Population } | null
  /** What the last scan left in doubt. */
  doubtful: FoundCohort[]
}

/** Scans until nothing more is found in what is left over. */
function* searchScope(search: MeasureSearch, start: SelectScope): Searching<Selected> {
  const selected: Selected = { found: [], everything: null, doubtful: [] }
  let scope = start
  for (let scan = 0; scan < maxScans && scope.population.rows.length > 0; scan++) {
    const before = selected.found.length
    const once = yield* searchOnce(search, scope, selected.found)
    const { everything, left, doubtful, crowded } = once
    selected.doubtful = doubtful
    if (everything !== null) {
      selected.everything = { best: everything, population: scope.population }
      scope = { ...scope, root: false, parent: [], restRatio: oddsRatio(everything.four) }
    }
    if (selected.found.length === before) break
    if (!crowded && !mayHide(search.kind, scope.population, left)) break
    scope = { ...scope, population: left }
  }
  return selected
}

function mayHide(kind: MeasureKind, all: Population, left: Population): boolean {
  return evidenceIn(kind, left) < (1 - hidingShare) * evidenceIn(kind, all)
}

function evidenceIn(kind: MeasureKind, { classes, weights }: Population): number {
  let sum = 0
  for (let at = 0; at < classes.length; at++) {
    if (kind === 'volume' || classes[at] === candidateBad)
      sum += weights === undefined ? 1 : weights[at]!
  }
  return sum
}

interface Once {
  everything: ExactCohort | null
  /** What no description explains. */
  left: Population
  /** Not explained, and not in the way of anything. */
  doubtful: FoundCohort[]
  /** As in `ScanResult`. */
  crowded: boolean
}

/** One scan, and what is selected from it. Adds to `found`. */
function* searchOnce(
  search: MeasureSearch,
  scope: SelectScope,
  found: FoundCohort[],
): Searching<Once> {
  const { population, attributes, maxOrder, minimumBad, baseCost, restRatio, root, kind } = scope
  const { contenders, crowded } = yield {
    population,
    attributes,
    settings: {
      kind,
      maxOrder,
      minimumBad,
      baseCost,
      restRatio,
      root,
      excluded: scope.excluded,
      ...(isDoubted(scope) && { leastScore: leastScoreInDoubt }),
    },
  }
  const index = memberIndex(population, attributes)
  const rounds = selectCohorts(scope, contenders, index)
  let everything: ExactCohort | null = null
  let doubtful: FoundCohort[] = []
  let explained: Uint32Array | null = null
  for (;;) {
    const { value: chosen, done } = rounds.next(explained)
    if (done === true) {
      doubtful = chosen.map((cohort) => foundOf(cohort, scope))
      break
    }
    const { best, alternatives } = chosen
    explained = null
    if (best.cohort.length === 0) {
      everything = best
      continue
    }
    const inside = subPopulation(population, flags(population, best.members))
    const children = yield* searchWithin(search, scope, best, inside)
    const kept = children.length === 0 || remains(best, children, inside, chosen.all, scope)
    if (kept) {
      found.push({
        cohort: [...(scope.parent ?? []), ...best.cohort],
        score: best.score,
        alternatives,
        rows: inside.rows,
        four: best.four,
      })
    }
    found.push(...children)
    explained = kept ? best.members : positionsOf(population, children)
  }
  return { everything, left: subPopulation(population, index.alive), doubtful, crowded }
}

function foundOf(
  { cohort, score, members, four, alternatives }: DoubtfulCohort,
  { parent, population }: SelectScope,
): FoundCohort {
  const rows = members.map((at) => population.rows[at]!)
  const within = (part: Cohort): Cohort => [...(parent ?? []), ...part]
  return {
    cohort: within(cohort),
    score,
    alternatives: alternatives.map((other) => ({ cohort: within(other.cohort), score })),
    rows,
    four,
  }
}

/** Narrower cohorts in which the change is stronger than in the rest of `best`. */
function* searchWithin(
  search: MeasureSearch,
  scope: SelectScope,
  best: ExactCohort,
  inside: Population,
): Searching<FoundCohort[]> {
  const parent = [...(scope.parent ?? []), ...best.cohort]
  const maxOrder = scope.maxOrder - best.cohort.length
  if (maxOrder < 1 || inside.rows.length === 0 || best.score <= 0) return []
  // of so few, a part would be nearly all, and the scan of everything would have preferred it
  if (search.kind === 'share' && best.four[candidateBad]! < 2 * scope.minimumBad) return []
  const selected: Selected = yield* searchScope(search, {
    ...scope,
    population: inside,
    root: false,
    parent,
    maxOrder,
    excluded: [...scope.excluded, ...best.contender.conditions.map(({ attribute }) => attribute)],
    restRatio: search.kind === 'volume' ? 1 : oddsRatio(best.four),
    baseCost: scope.baseCost + conditionHurdle,
  })
  return selected.found
}

function oddsRatio(four: ClassCounts): number {
  const { bad, total, baseBad, baseTotal } = sidesOf(four)
  return restOddsRatio(bad, total, baseBad, baseTotal, 1)
}

/** Whether a parent is still worse without the children found in it. */
function remains(
  best: ExactCohort,
  children: readonly FoundCohort[],
  inside: Population,
  all: ClassCounts,
  { kind, restRatio }: SelectScope,
): boolean {
  const { rest, taken } = withoutRows(inside, children)
  const others = all.map((count, k) => count - taken[k]!)
  const gain = gainsBeyondRest(kind, others, restRatio, inside).evidence(rest, best.contender.prior)
  return gain >= remainderEvidence
}

/** "Everything" stays where what is left of it is still worse. */
function withEverything(
  { best, population }: NonNullable<Selected['everything']>,
  parts: readonly FoundCohort[],
  reported: FoundCohort[],
): FoundCohort[] {
  const { rest } = withoutRows(population, parts)
  const gain = gainsBeyondNothing.evidence(rest, best.contender.prior)
  if (parts.length > 0 && gain < remainderEvidence) return reported
  const everything: FoundCohort = {
    cohort: [],
    score: best.score,
    alternatives: [],
    rows: population.rows,
    four: best.four,
  }
  return [everything, ...reported]
}

function withoutRows(
  population: Population,
  cohorts: readonly FoundCohort[],
): { rest: ClassCounts; taken: ClassCounts } {
  const inCohorts = rowSet(cohorts)
  const rest = new Float64Array(4)
  const taken = new Float64Array(4)
  for (let at = 0; at < population.rows.length; at++) {
    const side = inCohorts.has(population.rows[at]!) ? taken : rest
    side[population.classes[at]!]! += population.weights?.[at] ?? 1
  }
  return { rest, taken }
}

function rowSet(cohorts: readonly FoundCohort[]): Set<number> {
  const rows = new Set<number>()
  for (const cohort of cohorts) for (const row of cohort.rows) rows.add(row)
  return rows
}

function positionsOf(population: Population, cohorts: readonly FoundCohort[]): Uint32Array {
  const rows = rowSet(cohorts)
  const positions: number[] = []
  for (let at = 0; at < population.rows.length; at++) {
    if (rows.has(population.rows[at]!)) positions.push(at)
  }
  return Uint32Array.from(positions)
}

function flags(population: Population, positions: Uint32Array): Uint8Array {
  const inside = new Uint8Array(population.rows.length)
  for (const at of positions) inside[at] = 1
  return inside
}
