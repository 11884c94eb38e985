/**
 * Of the confirmed cohorts, those that say something of their own: one finding for one fault. Others become
 * alternatives of the finding that says it better.
 */
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import type { Confirmation } from '../confirm/confirm-cohorts.ts'
import { confirmCohorts } from '../confirm/confirm-cohorts.ts'
import { cohortKey, formatCohort } from '../format-cohort.ts'
import type {
  BucketCounts,
  CohortCounts,
  DiscoveryMeasure,
  SourceMeasure,
} from './cohort-source.ts'
import type { AllCounts } from './count-all.ts'
import { implies } from './implies.ts'

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

/** Best first; the same whatever the order of the input. */
export function standingFindings(
  confirmed: readonly Confirmed[],
  context: StandingContext,
): Confirmed[] {
  const bench = new Bench(confirmed, context)
  const standing: Confirmed[] = []
  for (const next of confirmed.toSorted((a, b) => bench.order(a, b))) {
    const rivals = standing.filter((other) => questionOf(next) === questionOf(other))
    const better = rivals.find((other) => bench.saysItBetter(other, next))
    if (better !== undefined) {
      noteAlternative(better, next)
      continue
    }
    for (const weaker of rivals.filter((other) => bench.saysItBetter(next, other))) {
      noteAlternative(next, weaker)
      standing.splice(standing.indexOf(weaker), 1)
    }
    standing.push({ ...next, alternatives: [...next.alternatives] })
  }
  return standing.filter((wide) => {
    const parts = bench.partsOf(wide, standing)
    if (parts.length < 2 || isWorseWithout(wide, parts, context)) return true
    noteAlternative(parts[0]!, wide)
    return false
  })
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The levels of latency ask the same question. */
function questionOf({ measure: { name } }: Confirmed): string {
  return name.startsWith('slow ') ? 'slow' : name
}

/** Compares descriptions of what may be one fault. */
class Bench {
  readonly #context: StandingContext
  readonly #evidence: ReadonlyMap<string, number>
  readonly #overlaps: Overlaps

  constructor(confirmed: readonly Confirmed[], context: StandingContext) {
    this.#context = context
    this.#overlaps = new Overlaps(context)
    this.#evidence = evidenceOf(confirmed, context)
  }

  order(a: Confirmed, b: Confirmed): number {
    return (
      this.#of(b) - this.#of(a) ||
      a.cohort.length - b.cohort.length ||
      compareText(formatCohort(a.cohort), formatCohort(b.cohort)) ||
      Math.abs(b.confirmation.z) - Math.abs(a.confirmation.z) ||
      compareText(a.measure.name, b.measure.name)
    )
  }

  /** Whether `next` is no finding of its own beside `other`. */
  saysItBetter(other: Confirmed, next: Confirmed): boolean {
    if (cohortKey(other.cohort) === cohortKey(next.cohort)) return this.order(other, next) <= 0
    if (implies(other.cohort, next.cohort)) return !isWorseWithout(next, [other], this.#context)
    if (implies(next.cohort, other.cohort)) return !isWorseWithin(next, other, this.#context)
    return (
      this.order(other, next) < 0 &&
      this.#overlaps.of(other.cohort, next.cohort, next.measure.name) >= sameFault
    )
  }

  /** Findings inside a cohort that have no bad event in common, best first. */
  partsOf(wide: Confirmed, standing: readonly Confirmed[]): Confirmed[] {
    const parts: Confirmed[] = []
    for (const next of standing) {
      const isInside = next !== wide && questionOf(next) === questionOf(wide)
      if (!isInside || !implies(next.cohort, wide.cohort)) continue
      const overlaps = (other: Confirmed): boolean =>
        this.#overlaps.of(other.cohort, next.cohort, wide.measure.name) > 0
      if (!parts.some(overlaps)) parts.push(next)
    }
    return parts
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
    const levels = measures.filter((measure) => questionOf({ ...one, measure }) === questionOf(one))
    const suggestions = levels.map(({ kind, name }) => {
      const { confirmation, units } = counts.of(one.cohort, name)
      return { kind, measure: name, counts: confirmation, units }
    })
    const everything = levels.map(({ name }) => [name, counts.of([], name).confirmation] as const)
    const tests = confirmCohorts(new Map(everything), suggestions)
    evidence.set(key, Math.max(...tests.map(({ z }) => Math.abs(z))))
  }
  return evidence
}

function descriptionKey(confirmed: Confirmed): string {
  return `${questionOf(confirmed)} ${cohortKey(confirmed.cohort)}`
}

/** Whether the rest of a cohort got worse too, once narrower ones are taken out of everything. */
function isWorseWithout(
  wide: Confirmed,
  narrow: readonly Confirmed[],
  context: StandingContext,
): boolean {
  const of = (cohort: Cohort): BucketCounts =>
    context.counts.of(cohort, wide.measure.name).confirmation
  const without = (cohort: Cohort): BucketCounts =>
    narrow.reduce((left, part) => difference(left, of(part.cohort)), of(cohort))
  return differs(wide, without(wide.cohort), without([]), wide.counts.units)
}

/** Whether a narrow cohort got worse than the rest of a wider one. */
function isWorseWithin(narrow: Confirmed, wide: Confirmed, context: StandingContext): boolean {
  const of = (cohort: Cohort): CohortCounts => context.counts.of(cohort, narrow.measure.name)
  return differs(
    narrow,
    of(narrow.cohort).confirmation,
    of(wide.cohort).confirmation,
    narrow.counts.units,
  )
}

function differs(
  { measure }: Confirmed,
  counts: BucketCounts,
  everything: BucketCounts,
  units: CohortCounts['units'],
): boolean {
  const suggestion = { kind: measure.kind, measure: measure.name, counts, units }
  const [test] = confirmCohorts(new Map([[measure.name, everything]]), [suggestion], {
    q: partLevel,
    minimumUnits,
  })
  return test!.p <= partLevel
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

function noteAlternative(finding: Confirmed, other: Confirmed): void {
  const known = new Set([finding.cohort, ...finding.alternatives].map(cohortKey))
  for (const cohort of [other.cohort, ...other.alternatives]) {
    if (known.has(cohortKey(cohort))) continue
    known.add(cohortKey(cohort))
    finding.alternatives.push(cohort)
  }
}

/** Overlaps of cohorts in the sample: bad events of the candidate in both, of those in either. */
class Overlaps {
  readonly #context: StandingContext
  readonly #masks = new Map<string, Uint8Array>()

  constructor(context: StandingContext) {
    this.#context = context
  }

  of(a: Cohort, b: Cohort, measure: string): number {
    const { table, measures } = this.#context
    const rows = measures.find(({ name }) => name === measure)
    if (rows === undefined) return 0
    const weights = rows.weights ?? table.weights
    const [inA, inB] = [this.#mask(a), this.#mask(b)]
    let both = 0
    let either = 0
    for (let row = 0; row < table.rows; row++) {
      if (rows.bad[row] !== 1 || table.candidate[row] !== 1) continue
      const weight = weights?.[row] ?? 1
      if (inA[row] === 1 && inB[row] === 1) both += weight
      if (inA[row] === 1 || inB[row] === 1) either += weight
    }
    return either === 0 ? 0 : both / either
  }

  #mask(cohort: Cohort): Uint8Array {
    const key = cohortKey(cohort)
    const known = this.#masks.get(key)
    if (known !== undefined) return known
    const mask = cohortMask(this.#context.table, cohort)
    this.#masks.set(key, mask)
    return mask
  }
}
