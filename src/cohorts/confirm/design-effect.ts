import type { BucketCounts } from '../compare/cohort-source.ts'
import { tableOf } from './bucket-tables.ts'
import { bothSides, clusteredVariance, type ScaledResiduals } from './clustered-variance.ts'

export interface DesignEffect {
  /** At least 1. */
  effect: number
  /** Degrees of freedom of the test that divides by it. */
  freedom: number
}

/** One bucket in so many may be odd without counting, where the whole traffic's clustering is measured. */
const bucketsPerOddOne = 80

/** Degrees of freedom by which everything's design effect weighs in that of a cohort. */
const usualFreedom = 2
/** A cohort of fewer units than that cannot show that its events are less dependent than those of everything. */
const fewestFreedom = 10

/**
 * Variance of the difference between the sides' bad counts over that of as many independent events (Kish 1965), at least
 * 1: with 50 failures of one user about 50, with failures of 50 users 1. Without the worst buckets: one broken user
 * elsewhere says nothing about how the failures of others come.
 */
export function designEffect(everything: BucketCounts): number {
  const { parts } = differenceParts(everything)
  const distances = everything.candidateBad.map((_, bucket) =>
    Math.abs(
      parts.reduce((sum, { residuals, scale }) => sum + residuals.values[bucket]! * scale, 0),
    ),
  )
  const odd = Math.floor(distances.length / bucketsPerOddOne)
  const limit = distances.toSorted()[distances.length - odd - 1]!
  // anew without them: they moved the rates, too
  const usual = differenceParts({
    baselineBad: without(everything.baselineBad, distances, limit),
    baselineTotal: without(everything.baselineTotal, distances, limit),
    candidateBad: without(everything.candidateBad, distances, limit),
    candidateTotal: without(everything.candidateTotal, distances, limit),
  })
  if (!(usual.independent > 0)) return 1
  return Math.max(1, clusteredVariance(usual.parts).variance / usual.independent)
}

function without(counts: Float64Array, distances: Float64Array, limit: number): Float64Array {
  return counts.map((count, bucket) => (distances[bucket]! > limit ? 0 : count))
}

/**
 * The design effect of a cohort: its own, or between its own and that of everything where it has but a handful of
 * units with bad events, which may look independent by luck.
 */
export function cohortEffect(cohort: BucketCounts, usual: number): DesignEffect {
  const { parts, independent, mostFreedom } = differenceParts(cohort)
  if (!(independent > 0)) return { effect: usual, freedom: Infinity }
  const { variance, freedom: bySquares } = clusteredVariance(parts)
  const freedom = Math.max(1, Math.min(bySquares, mostFreedom))
  const own = variance / independent
  const between = (own * freedom + usual * usualFreedom) / (freedom + usualFreedom)
  const effect = Math.max(1, own, mostFreedom < fewestFreedom ? usual : between)
  // the variance of independent events is known, its excess is estimated: only that has a t distribution
  return { effect, freedom: effect > 1 ? freedom * (effect / (effect - 1)) ** 2 : Infinity }
}

/**
 * The difference between the candidate's bad count and its share of all (the score of the conditional test), about the
 * sides' own rates; its variance for independent events; and the degrees of freedom that so many and so large buckets
 * can give (Satterthwaite 1946).
 */
function differenceParts(counts: BucketCounts): {
  parts: ScaledResiduals[]
  independent: number
  mostFreedom: number
} {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = tableOf(counts)
  const { candidate, baseline } = bothSides(counts)
  const all = candidateTotal + baselineTotal
  const candidateWeight = all > 0 ? baselineTotal / all : 0
  const baselineWeight = all > 0 ? candidateTotal / all : 0
  const onCandidate = candidateBad * (1 - candidate.ratio)
  const onBaseline = baselineBad * (1 - baseline.ratio)
  const [ofCandidate, ofBaseline] = [
    onCandidate * candidateWeight ** 2,
    onBaseline * baselineWeight ** 2,
  ]
  const independent = ofCandidate + ofBaseline
  const loss =
    ofCandidate ** 2 / Math.max(0.5, candidate.buckets - 1) +
    ofBaseline ** 2 / Math.max(0.5, baseline.buckets - 1)
  return {
    parts: [
      { residuals: candidate, scale: candidateWeight },
      { residuals: baseline, scale: -baselineWeight },
    ],
    independent,
    mostFreedom: loss > 0 ? independent ** 2 / loss : Infinity,
  }
}
