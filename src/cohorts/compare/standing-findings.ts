/**
 * Of the confirmed cohorts, those that say something of their own: one finding for one fault. Others become
 * alternatives of the finding that says it better.
 */
import { candidateBad } from '../cell-counts.ts'
import type { CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { compareValues } from '../compare-values.ts'
import type { Confirmation } from '../confirm/confirm-cohorts.ts'
import { sumOf } from '../confirm/bucket-tables.ts'
import { confirmCohorts } from '../confirm/confirm-cohorts.ts'
import { cohortKey, formatCohort } from '../format-cohort.ts'
import type {
  BucketCounts,
  CohortCounts,
  DiscoveryMeasure,
  SourceMeasure,
} from './cohort-source.ts'
import { CohortOverlaps, partOfCounts } from './cohort-overlaps.ts'
import { testedCounts } from './confirm-suggested.ts'
import type { AllCounts } from './count-all.ts'
import { implies } from './implies.ts'
import { questionOf } from './question-of.ts'

export interface Confirmed {
  measure: SourceMeasure
  cohort: Cohort
  /** Under its measure. */
  counts: CohortCounts
  confirmation: Confirmation
  alternatives: Cohort[]
}

export interface StandingContext {
  /** Of any suggested cohort or `[]` under any measure. */
  counts: Pick<AllCounts, 'of'>
  table: CohortTable
  measures: readonly DiscoveryMeasure[]
}

/** Share of the bad events that two cohorts must have in common to be two descriptions of one fault. */
const sameFault = 0.5
/** A part of a cohort is worse on its own, or not, at this level; it decides wording, not whether there is a fault. */
const partLevel = 0.05
const minimumUnits = 5
/**
 * Where most bad events of a cohort lie in a part of it and the rest is worse as well, how many times as often as the rest
 * the part must be bad to be a finding beside the cohort. Below, the cohort says it all.
 */
const muchWorse = 2
/** Share of the bad events in a better cohort from which on the others must speak for themselves at a stricter level. */
const overflow = 0.25
const overflowLevel = 0.001

/** Best first; the same whatever the order of the input. */
export function standingFindings(
  confirmed: readonly Confirmed[],
  context: StandingContext,
): Confirmed[] {
  const bench = new Bench(confirmed, context)
  const standing: Confirmed[] = []
  for (const next of confirmed.toSorted((a, b) => bench.order(a, b))) {
    const rivals = standing.filter((other) => isSameQuestion(next, other))
    const better = rivals.find((other) => bench.saysItBetter(other, next, rivals))
    if (better !== undefined) {
      bench.noteAlternative(better, next)
      continue
    }
    for (const weaker of rivals.filter((other) => bench.saysItBetter(next, other, rivals))) {
      bench.noteAlternative(next, weaker)
      standing.splice(standing.indexOf(weaker), 1)
    }
    standing.push({ ...next, alternatives: [...next.alternatives] })
  }
  return standing.filter((wide) => {
    const parts = bench.partsOf(wide, standing)
    if (parts.length < 2 || isWorseWithout(wide, parts, context)) return true
    bench.noteAlternative(parts[0]!, wide)
    return false
  })
}

/** Compares descriptions of what may be one fault. */
class Bench {
  readonly #context: StandingContext
  readonly #evidence: ReadonlyMap<string, number>
  readonly #overlaps: CohortOverlaps

  constructor(confirmed: readonly Confirmed[], context: StandingContext) {
    this.#context = context
    this.#overlaps = new CohortOverlaps(context)
    this.#evidence = evidenceOf(confirmed, context)
  }

  order(a: Confirmed, b: Confirmed): number {
    return (
      this.#of(b) - this.#of(a) ||
      a.cohort.length - b.cohort.length ||
      compareValues(formatCohort(a.cohort), formatCohort(b.cohort)) ||
      Math.abs(b.confirmation.z) - Math.abs(a.confirmation.z) ||
      compareValues(a.measure.name, b.measure.name)
    )
  }

  /** Whether `next` is no finding of its own beside `other`; `standing` may have explained other parts of `other`. */
  saysItBetter(other: Confirmed, next: Confirmed, standing: readonly Confirmed[]): boolean {
    if (cohortKey(other.cohort) === cohortKey(next.cohort)) return this.order(other, next) <= 0
    if (implies(other.cohort, next.cohort)) {
      // either alone says it, or both must have something of their own
      const level = isWorseWithin(other, next, [], this.#context) ? overflowLevel : partLevel
      return !isWorseWithout(next, [other], this.#context, level)
    }
    if (implies(next.cohort, other.cohort)) {
      const shares = (part: Confirmed): boolean =>
        this.#overlaps.of(part.cohort, next.cohort, next.measure.name) > 0
      const parts = this.partsOf(other, standing).filter((part) => !shares(part))
      if (!isWorseWithin(next, other, parts, this.#context)) return true
      const shared = this.#overlaps.of(other.cohort, next.cohort, next.measure.name)
      return (
        next.measure.kind === 'share' &&
        shared >= sameFault &&
        timesAsBad(next, other, this.#context) < muchWorse &&
        isWorseWithout(other, [next], this.#context, overflowLevel)
      )
    }
    if (this.order(other, next) >= 0) return false
    const shared = this.#overlaps.of(other.cohort, next.cohort, next.measure.name)
    return shared >= sameFault || (shared > 0 && this.#isOverflow(next, other))
  }

  /**
   * Whether some of a cohort's bad events are a better one's, and the others are none too many. Which part they share is
   * estimated from the sample.
   */
  #isOverflow(next: Confirmed, other: Confirmed): boolean {
    const { measure, cohort, counts } = next
    const of = (asked: Cohort): BucketCounts =>
      this.#context.counts.of(asked, measure.name).confirmation
    const kept = this.#overlaps.outside(cohort, other.cohort, measure.name)
    const level = 1 - kept[candidateBad]! < overflow ? partLevel : overflowLevel
    const beyond = partOfCounts(counts.confirmation, kept)
    const without = difference(of([]), of(other.cohort))
    return !differs(next, beyond, without, counts.units, level)
  }

  /** Findings inside a cohort that have no bad event in common, best first. */
  partsOf(wide: Confirmed, standing: readonly Confirmed[]): Confirmed[] {
    const parts: Confirmed[] = []
    for (const next of standing) {
      const isInside = next !== wide && isSameQuestion(next, wide)
      if (!isInside || !implies(next.cohort, wide.cohort)) continue
      const overlaps = (other: Confirmed): boolean =>
        this.#overlaps.of(other.cohort, next.cohort, wide.measure.name) > 0
      if (!parts.some(overlaps)) parts.push(next)
    }
    return parts
  }

  /** Of another description and its own alternatives, those that speak of much the same events. */
  noteAlternative(finding: Confirmed, other: Confirmed): void {
    const known = new Set([finding.cohort, ...finding.alternatives].map(cohortKey))
    for (const cohort of [other.cohort, ...other.alternatives]) {
      if (known.has(cohortKey(cohort))) continue
      if (this.#overlaps.ofFewer(finding.cohort, cohort, finding.measure.name) < sameFault) continue
      known.add(cohortKey(cohort))
      finding.alternatives.push(cohort)
    }
  }

  #of(confirmed: Confirmed): number {
    return this.#evidence.get(descriptionKey(confirmed))!
  }
}

/**
 * By question and cohort: standard errors from "no change beyond the rest's". Two descriptions that different levels of
 * latency suggested are compared by the level that shows each of them best.
 */
function evidenceOf(
  confirmed: readonly Confirmed[],
  { counts, measures }: StandingContext,
): Map<string, number> {
  const evidence = new Map<string, number>()
  for (const one of confirmed) {
    const key = descriptionKey(one)
    if (evidence.has(key)) continue
    const levels = measures.filter(({ name }) => questionOf(name) === questionOf(one.measure.name))
    const suggestions = levels.map(({ kind, name }) => {
      return { kind, measure: name, ...testedCounts(counts.of(one.cohort, name)) }
    })
    const everything = levels.map(({ name }) => [name, counts.of([], name).confirmation] as const)
    const tests = confirmCohorts(new Map(everything), suggestions)
    evidence.set(key, Math.max(...tests.map(({ z }) => Math.abs(z))))
  }
  return evidence
}

function descriptionKey(confirmed: Confirmed): string {
  return `${questionOf(confirmed.measure.name)} ${cohortKey(confirmed.cohort)}`
}

function isSameQuestion(a: Confirmed, b: Confirmed): boolean {
  return questionOf(a.measure.name) === questionOf(b.measure.name)
}

/** Whether the rest of a cohort got worse too, once narrower ones are taken out of everything. */
function isWorseWithout(
  wide: Confirmed,
  narrow: readonly Confirmed[],
  context: StandingContext,
  level = partLevel,
): boolean {
  const of = (cohort: Cohort): BucketCounts =>
    context.counts.of(cohort, wide.measure.name).confirmation
  const without = (cohort: Cohort): BucketCounts =>
    narrow.reduce((left, part) => difference(left, of(part.cohort)), of(cohort))
  return differs(wide, without(wide.cohort), without([]), wide.counts.units, level)
}

/** Whether a narrow cohort got worse than the rest of a wider one, other narrow ones taken out of it. */
function isWorseWithin(
  narrow: Confirmed,
  wide: Confirmed,
  parts: readonly Confirmed[],
  context: StandingContext,
): boolean {
  const of = ({ cohort }: Confirmed): BucketCounts =>
    context.counts.of(cohort, narrow.measure.name).confirmation
  const without = parts.reduce((left, part) => difference(left, of(part)), of(wide))
  return differs(narrow, of(narrow), without, narrow.counts.units)
}

/** How many times as often the candidate is bad in a narrow cohort as in the rest of a wider one. */
function timesAsBad(narrow: Confirmed, wide: Confirmed, context: StandingContext): number {
  const of = ({ cohort }: Confirmed): BucketCounts =>
    context.counts.of(cohort, narrow.measure.name).confirmation
  const rate = ({ candidateBad: bad, candidateTotal: total }: BucketCounts): number =>
    (sumOf(bad) + 0.5) / (sumOf(total) + 1)
  return rate(of(narrow)) / rate(difference(of(wide), of(narrow)))
}

function differs(
  { measure }: Confirmed,
  counts: BucketCounts,
  everything: BucketCounts,
  units: CohortCounts['units'],
  level = partLevel,
): boolean {
  const suggestion = { kind: measure.kind, measure: measure.name, counts, units }
  const [test] = confirmCohorts(new Map([[measure.name, everything]]), [suggestion], {
    q: level,
    minimumUnits,
  })
  return test!.p <= level
}

function difference(a: BucketCounts, b: BucketCounts): BucketCounts {
  const minus = (from: Float64Array, what: Float64Array): Float64Array =>
    from.map((value, bucket) => Math.max(0, value - what[bucket]!))
  return {
    baselineBad: minus(a.baselineBad, b.baselineBad),
    baselineTotal: minus(a.baselineTotal, b.baselineTotal),
    candidateBad: minus(a.candidateBad, b.candidateBad),
    candidateTotal: minus(a.candidateTotal, b.candidateTotal),
  }
}
