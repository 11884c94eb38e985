import { benjaminiYekutieli } from '../../stats/benjamini-yekutieli.ts'
import { largestLogOdds } from '../../stats/odds-ratio-table.ts'
import { studentTail } from '../../stats/student-t.ts'
import type { BucketCounts, MeasureKind } from '../compare/cohort-source.ts'
import { beyondRest, restOrNothing, type BeyondRest } from './beyond-rest.ts'
import { asEvents, sharesOfTraffic } from './bucket-tables.ts'
import { countRatio } from './count-ratio.ts'
import { designEffect } from './design-effect.ts'

/** One suggested cohort with its counts on the confirmation half. */
export interface Suggestion {
  kind: MeasureKind
  /** Suggestions of one measure share what "everything" is. */
  measure: string
  counts: BucketCounts
  /** Events of the baseline in the confirmation half before the mix was balanced; left out: as many as `counts` says. */
  baselineEvents?: number
  /** Different units with bad events, both halves. */
  units: { baseline: number; candidate: number }
  /** Of another null hypothesis that must be rejected too, on the same half: p is the greater of both. */
  otherP?: number
}

export interface EffectEstimate {
  /** `odds-ratio` for shares, `rate-ratio` for volumes: the candidate's over the baseline's, beyond the rest's. */
  kind: 'odds-ratio' | 'rate-ratio'
  value: number
  /** 95 %, cluster-robust. Where a cell is empty, an end may be open: 0 or a million. */
  low: number
  high: number
}

export interface Confirmation {
  confirmed: boolean
  /** Of "no change beyond the rest's change"; one-sided for shares, two-sided for volumes; 1 with too few units. */
  p: number
  /** Smallest false discovery rate at which it would be confirmed (Benjamini-Yekutieli). */
  q: number
  /** The evidence behind p in standard errors, positive for "more than the rest"; does not run out where p is 0. */
  z: number
  effect: EffectEstimate
}

export interface ConfirmOptions {
  /** False discovery rate; default 0.05. */
  q?: number
  /** Different units with bad events that a finding needs; default 5. */
  minimumUnits?: number
}

/**
 * Tests each suggestion on the confirmation half.
 *
 * - Shares: the cohort's odds ratio (candidate / baseline) is above the rest's, and above 1: where the rest got better, a
 *   cohort that stayed as it was is no finding. For `[]` there is no rest.
 * - Volumes: the cohort's part of all events differs between the sides. For `[]` that is no question: never confirmed.
 *
 * Small counts are tested exactly, after division by their design effect; large ones by the deviance, scaled to the
 * variance over buckets of units.
 *
 * The q-values are Benjamini and Yekutieli's: the suggestions overlap (a cohort, its parts, its other descriptions, the
 * same rows at three levels of latency), volumes of two cohorts are negatively dependent, so the plain
 * Benjamini-Hochberg bound does not hold. Price: thresholds are lower by 1 + 1/2 + ... + 1/m (4.5 for 50 suggestions),
 * about two more one-sided bad events.
 *
 * @param everything per measure: counts of `[]`, with the same balance as the suggestions
 * @returns one for each suggestion, in their order
 * @throws RangeError for a measure that `everything` does not have
 */
export function confirmCohorts(
  everything: ReadonlyMap<string, BucketCounts>,
  suggestions: readonly Suggestion[],
  options: ConfirmOptions = {},
): Confirmation[] {
  const { q: level = 0.05, minimumUnits = 5 } = options
  const usual = new Map([...everything].map(([name, counts]) => [name, designEffect(counts)]))
  const tests = suggestions.map((suggestion) => {
    const { kind, measure, counts: weighted, units, otherP = 0 } = suggestion
    const all = everything.get(measure)
    if (all === undefined) throw new RangeError(`No counts of everything for ${measure}.`)
    const counts = kind === 'share' ? asEvents(weighted, suggestion.baselineEvents) : weighted
    const rest = restOrNothing(all, weighted)
    // units are both halves', so they cannot be known without the test: too few is a test that failed
    const seen = kind === 'share' ? units.candidate : Math.max(units.candidate, units.baseline)
    const test =
      kind === 'share'
        ? shareTest(counts, rest, usual.get(measure)!)
        : volumeTest(all, counts, rest)
    return { ...test, p: seen >= minimumUnits ? Math.max(test.p, otherP) : 1 }
  })
  const qValues = benjaminiYekutieli(tests.map(({ p }) => p))
  return tests.map(({ p, z, effect }, index) => {
    const q = qValues[index]!
    return { confirmed: q <= level, p, q, z, effect }
  })
}

type Test = Pick<Confirmation, 'p' | 'z' | 'effect'>

function shareTest(counts: BucketCounts, rest: BucketCounts | null, usual: number): Test {
  const { own, beyond, ownFreedom, freedom, effect } = beyondRest(counts, rest, usual)
  const p = Math.max(studentTail(own, ownFreedom), studentTail(beyond, freedom))
  return { p, z: Math.min(own, beyond), effect: ratioOf('odds-ratio', effect) }
}

function volumeTest(
  everything: BucketCounts,
  cohort: BucketCounts,
  rest: BucketCounts | null,
): Test {
  if (rest === null) {
    const { value, low, high } = countRatio(cohort)
    return { p: 1, z: 0, effect: { kind: 'rate-ratio', value, low, high } }
  }
  const shares = beyondRest(sharesOfTraffic(everything, cohort), null, 1)
  const p = Math.min(1, 2 * studentTail(Math.abs(shares.own), shares.ownFreedom))
  return { p, z: shares.own, effect: ratioOf('rate-ratio', shares.effect) }
}

function ratioOf(
  kind: EffectEstimate['kind'],
  { value, low, high }: BeyondRest['effect'],
): EffectEstimate {
  return {
    kind,
    value: Math.exp(value),
    low: low <= -largestLogOdds ? 0 : Math.exp(low),
    high: high >= largestLogOdds ? 1e6 : Math.exp(high),
  }
}
