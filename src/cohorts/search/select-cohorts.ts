/** Greedy selection among the contenders of a scan, by description length. */
import { candidateBad, type ClassCounts, type Population } from '../cell-counts.ts'
import type { CodedAttribute } from '../coded-attributes.ts'
import type { Cohort } from '../cohort.ts'
import { compareExact, simplestOfFirst } from '../compare-exact.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import { isProductive } from '../is-productive.ts'
import { restOddsRatio } from '../likelihood-gain.ts'
import { leastEffectRatio } from './description-cost.ts'
import type { DoubtBounds } from './doubt-bounds.ts'
import { coarseCohort, refinedCohort, type ExactCohort, type ExactScope } from './exact-cohort.ts'
import type { MemberIndex } from './exact-members.ts'
import type { Contender } from './scan-contender.ts'
import { gainsBeyondNothing, gainsBeyondRest, hopefulGains } from './search-gains.ts'
import {
  badIn,
  OpenContenders,
  parentsOf,
  type CostScope,
  type OpenContender,
} from './select-contenders.ts'
import { doubtfulCohorts, type DoubtfulCohort } from './select-doubtful.ts'
import { effectBeyondRest, hasSupport, sidesOf } from './select-effects.ts'

/** What is selected from: everything, or the inside of a cohort already found. */
export interface SelectScope {
  kind: MeasureKind
  population: Population
  attributes: readonly CodedAttribute[]
  /** The cohort that all of the population lies in; null = the start. */
  parent: Cohort | null
  /** Whether "everything" is itself a description. */
  root: boolean
  /** Attributes that the parent names. */
  excluded: readonly number[]
  /** What the rest is expected to have done: the parent's odds ratio. */
  restRatio: number
  maxOrder: number
  minimumBad: number
  baseCost: number
  /** Evidence less the cost of the name that is worth a test on other rows; 0: only what pays for its description. */
  leastWorth: number
  doubt: DoubtBounds
}

export interface Chosen {
  best: ExactCohort
  alternatives: { cohort: Cohort; score: number }[]
  /** Weighted counts of all that was alive. */
  all: ClassCounts
}

const maxRounds = 16
/** Contenders looked at in one round. */
const maxExact = 24
/** Nats of fit that moving the ends of ranges may bring. */
const refinementGain = 10
const maxAlternatives = 8
/** Of these, the generalisations that have a place for certain. */
const maxWider = 2
/** Share of bad rows in common that makes a description an alternative to another. */
const alternativeOverlap = 0.5

/**
 * Gives the best description, is told the rows (positions) that it explains, which are no longer alive then, gives the
 * next best, until none pays. The caller answers "everything" with null: what changed more than everything is sought next.
 * Ends with what does not pay and may yet be worth a test.
 */
export function* selectCohorts(
  scope: SelectScope,
  contenders: readonly Contender[],
  index: MemberIndex,
): Generator<Chosen, DoubtfulCohort[], Uint32Array | null> {
  const { population, minimumBad, kind, attributes, baseCost } = scope
  const open = new OpenContenders(contenders, index)
  const all = classCounts(population)
  let root = scope.root ? open.root() : undefined
  let restRatio = scope.restRatio
  let leastEffect = scope.parent === null ? 0 : leastEffectRatio

  for (let round = 0; round < maxRounds; round++) {
    const gains = gainsBeyondRest(kind, all, restRatio, population)
    const exact: ExactScope = { kind, index, all, gains }
    const worse = (cohort: ExactCohort): boolean =>
      cohort.score > 0 &&
      (cohort.cohort.length === 0 ||
        (hasSupport(kind, cohort.four, all, minimumBad) &&
          effectBeyondRest(kind, cohort.four, all) >= leastEffect))
    const everything = root === undefined ? null : everythingOf(root, exact)
    const sorted = refineBest(open.best(maxExact, gains.fit, { kind, minimumBad, all }), exact)
    if (everything !== null) sorted.push(everything)
    const narrow = sorted.filter(worse).toSorted(compareExact)
    const costs: CostScope = { kind, baseCost, attributes, index, all, rates: new Map() }
    const wide = new WeakMap<ExactCohort, ExactCohort[]>()
    const parents = (child: ExactCohort): ExactCohort[] => {
      const known = wide.get(child) ?? widerOf(child, exact, costs)
      wide.set(child, known)
      return known
    }
    const described = widen(narrow, everything, exact, parents, worse)
    const best = simplestOfFirst(described)
    if (best === undefined) break
    const wider = parents(best).filter(worse).toSorted(compareExact)
    const others = [...wider.slice(0, maxWider), ...described]
    const chosen = { best, alternatives: alternativesOf(best, others), all: all.slice() }
    const explained = yield chosen
    if (best.cohort.length === 0) {
      const { bad, total, baseBad, baseTotal } = sidesOf(best.four)
      restRatio = restOddsRatio(bad, total, baseBad, baseTotal, 1)
      leastEffect = leastEffectRatio
      root = undefined
      continue
    }
    if (explained === null || explained.length === 0) break
    takeOut(explained, population, index.alive, all)
    if (kind === 'share' && all[candidateBad]! < minimumBad) return []
    open.explain(explained)
  }
  if (!isDoubted(scope)) return []
  const gains = hopefulGains(kind, all, restRatio, population)
  return doubtfulCohorts(open, { kind, index, all, gains }, { ...scope, all, leastEffect })

  /** Runners-up that share most of their bad rows, or of the best one's. */
  function alternativesOf(
    best: ExactCohort,
    described: readonly ExactCohort[],
  ): { cohort: Cohort; score: number }[] {
    // of one set of attributes the best is enough: others differ by what chance left in the sample
    const seen = new Set([attributesOf(best)])
    const alternatives: { cohort: Cohort; score: number }[] = []
    const inBest = new Uint8Array(population.rows.length)
    for (const at of best.members) inBest[at] = 1
    for (const other of described) {
      if (alternatives.length === maxAlternatives) break
      const key = attributesOf(other)
      if (seen.has(key) || badInCommon(other, best, inBest) < alternativeOverlap) continue
      seen.add(key)
      alternatives.push({
        cohort: [...(scope.parent ?? []), ...other.cohort],
        score: Math.min(best.score, other.score),
      })
    }
    return alternatives.toSorted((a, b) => b.score - a.score)
  }

  /** As a share of the smaller one's; weighted. */
  function badInCommon(other: ExactCohort, best: ExactCohort, inBest: Uint8Array): number {
    const { classes, weights } = population
    const { members } = other
    let both = 0
    for (let i = 0; i < members.length; i++) {
      const at = members[i]!
      if (inBest[at] === 0) continue
      if (kind === 'volume' || classes[at] === candidateBad) {
        both += weights === undefined ? 1 : weights[at]!
      }
    }
    return both / Math.min(badIn(kind, best.four), badIn(kind, other.four))
  }
}

function attributesOf({ contender }: ExactCohort): string {
  return contender.conditions.map(({ attribute }) => attribute).join()
}

// loops over rows are functions of their own: what is compiled for them is small, and serves every selection
function classCounts({ classes, weights }: Population): Float64Array {
  const counts = new Float64Array(4)
  for (let at = 0; at < classes.length; at++) counts[classes[at]!]! += weights?.[at] ?? 1
  return counts
}

function takeOut(
  positions: Uint32Array,
  { classes, weights }: Population,
  alive: Uint8Array,
  counts: Float64Array,
): void {
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!
    alive[at] = 0
    counts[classes[at]!]! -= weights?.[at] ?? 1
  }
}

/** Whether what does not pay is wanted; within a cohort already found, chance must not add conditions. */
export function isDoubted({ leastWorth, excluded }: SelectScope): boolean {
  return leastWorth < 0 && excluded.length === 0
}

/** A wider description comes first for as long as the narrower one says nothing more. */
function widen(
  narrow: readonly ExactCohort[],
  everything: ExactCohort | null,
  exact: ExactScope,
  parentsOfChild: (child: ExactCohort) => ExactCohort[],
  worse: (cohort: ExactCohort) => boolean,
): ExactCohort[] {
  const wider: ExactCohort[] = []
  let at = narrow[0]
  while (at !== undefined && at.cohort.length > 0) {
    const child: ExactCohort = at
    const single = everything === null ? [] : [everything]
    const parents = child.cohort.length === 1 ? single : parentsOfChild(child)
    at = parents
      .filter((parent) => worse(parent) && !isProductive(child, parent, exact.kind, exact.all))
      .toSorted(compareExact)[0]
    if (at !== undefined) wider.unshift(at)
  }
  return [...wider, ...narrow]
}

/** The immediate generalisations of a pair, a triple and so on; a single condition has none to compare with. */
function widerOf({ contender }: ExactCohort, exact: ExactScope, costs: CostScope): ExactCohort[] {
  if (contender.conditions.length < 2) return []
  return parentsOf(contender, costs).map((parent) =>
    refinedCohort(coarseCohort(parent, exact), exact),
  )
}

/** On raw values, as far as their fit may still come out best. */
function refineBest(open: readonly OpenContender[], exact: ExactScope): ExactCohort[] {
  let best = -Infinity
  const refined: ExactCohort[] = []
  for (const { contender, fit, four } of open) {
    const coarse = coarseCohort(contender, exact, four)
    const cohort = fit < best - refinementGain ? coarse : refinedCohort(coarse, exact)
    // an edge of what is explained already is no finding of its own, unless it pays for itself
    if (cohort.score <= 0 && badIn(exact.kind, four) * 2 < badIn(exact.kind, contender.counts)) {
      continue
    }
    if (cohort.score > 0 && cohort.fit > best) best = cohort.fit
    refined.push(cohort)
  }
  return refined
}

function everythingOf(root: Contender, exact: ExactScope): ExactCohort {
  return coarseCohort(root, { ...exact, gains: gainsBeyondNothing })
}
