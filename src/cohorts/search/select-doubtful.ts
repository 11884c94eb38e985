/** What does not pay for its description, and may yet be worth a test on other rows. */
import { baselineBad, candidateBad } from '../cell-counts.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import { conditionCost, descriptionCost, hurdleOf } from './description-cost.ts'
import { coarseCohort, refinedCohort, type ExactCohort, type ExactScope } from './exact-cohort.ts'
import type { DoubtScope, OpenContenders } from './select-contenders.ts'
import { effectBeyondRest, hasSupport, sidesOf } from './select-effects.ts'

/** Contenders looked at for each suggestion. */
const refinedForEach = 4
/** Suggestions beyond those in doubt that would pay for their description, if the sample had their good rows. */
const mostHoped = 8
/** Of two descriptions that share more of their bad rows than this, one is enough. */
const sameRows = 0.6
/** Other descriptions of one suggestion. */
const mostAlternatives = 4

/** A number of so many codes or fewer has a bin for each of its values. */
const fewBins = 13

export interface DoubtfulCohort extends ExactCohort {
  /** Of much the same rows, best first. */
  alternatives: ExactCohort[]
}

/**
 * Best first. Their score is the evidence less the cost of the name alone, and never above 0.
 * @param exact with gains of which all rows may leave less
 * @param scope `leastEffect`: how many times as bad as the rest they must be
 */
export function doubtfulCohorts(
  open: OpenContenders,
  exact: ExactScope,
  scope: DoubtScope & { leastEffect: number },
): DoubtfulCohort[] {
  const { kind, all } = exact
  const { minimumBad, baseCost, leastEffect } = scope
  const { most, narrowRanges } = scope.doubt
  const worthOf = ({ score, contender }: ExactCohort): number =>
    score + hurdleOf(contender.conditions.length, baseCost)
  const cells = open.inDoubt(exact.gains, scope).slice(0, refinedForEach * (most + mostHoped))
  const refined = cells.map(({ contender, four }) =>
    refinedCohort(coarseCohort(contender, exact, four), exact),
  )
  const ranges = narrowRanges ? rangesWithin(exact, scope) : []
  const narrow = ranges.filter((range) => worthOf(range) > scope.leastWorth)
  const found: { cohort: DoubtfulCohort; bad: ReadonlySet<number> }[] = []
  let hoped = 0
  for (const cohort of [...refined, ...narrow].toSorted((a, b) => worthOf(b) - worthOf(a))) {
    if (!hasSupport(kind, cohort.four, all, minimumBad)) continue
    if (effectBeyondRest(kind, cohort.four, all) < leastEffect) continue
    const { members } = cohort
    const bad = badOf(kind, members, exact)
    const same = found.find((other) => overlap(other.bad, bad) >= sameRows)
    if (same !== undefined) {
      const { alternatives } = same.cohort
      if (alternatives.length < mostAlternatives) alternatives.push(cohort)
      continue
    }
    if (cohort.score > 0 && hoped < mostHoped) hoped += 1
    else if (found.length - hoped === most) continue
    const score = Math.min(0, worthOf(cohort))
    found.push({ cohort: { ...cohort, members, score, alternatives: [] }, bad })
  }
  return found.map(({ cohort }) => cohort)
}

/**
 * The best interval of each number by itself, sought among all raw values: it may be narrower than a bin, where the scan
 * sees little of it. What it costs to place it counts as in any range that was moved within a wider one.
 */
function rangesWithin(
  exact: ExactScope,
  { kind, all, baseCost, doubt }: DoubtScope,
): ExactCohort[] {
  if (kind === 'volume') return []
  const { attributes } = exact.index
  const { baseBad, baseTotal } = sidesOf(all)
  const prior = (baseBad + 0.5) / (baseTotal + 1)
  return attributes.flatMap(({ ordered, size, ...costs }, attribute) => {
    // few values have a bin each
    if (!ordered || size <= fewBins) return []
    const cost = descriptionCost(baseCost, [conditionCost(costs, attributes.length)])
    const whole = { conditions: [{ attribute, first: 1, last: size - 1 }], cost, prior }
    const range = refinedCohort(coarseCohort(whole, exact), exact)
    return exact.gains.evidence(range.four, prior) >= doubt.leastEvidence ? [range] : []
  })
}

function badOf(kind: MeasureKind, members: Uint32Array, { index }: ExactScope): Set<number> {
  const { classes } = index.population
  const bad = new Set<number>()
  for (const at of members) {
    const of = classes[at]!
    if (of === candidateBad || (kind === 'volume' && of === baselineBad)) bad.add(at)
  }
  return bad
}

/** Jaccard index. */
function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0
  for (const at of a) if (b.has(at)) both += 1
  return both / Math.max(1, a.size + b.size - both)
}
