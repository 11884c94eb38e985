import { studentTail, studentUpperQuantile } from '../../stats/student-t.ts'
import type { DurationSums } from '../compare/cohort-source.ts'
import { sumOf } from './bucket-tables.ts'
import { clusteredVariance, sideResiduals, type ScaledResiduals } from './clustered-variance.ts'

type Sums = DurationSums['baseline']

/**
 * How many times as long the cohort's events take, beyond the rest's change: ratio of geometric means, candidate over
 * baseline, with its cluster-robust 95 % interval. Where a side of the rest has no events (the cohort is everything), the
 * cohort's own change.
 *
 * @returns null where a side of the cohort has no durations, or lie in one bucket
 */
export function slowdown(
  cohort: DurationSums,
  everything: DurationSums,
): { value: number; low: number; high: number } | null {
  const found = shiftBeyondRest(cohort, everything)
  if (found === null) return null
  const { shift, variance, freedom } = found
  const error = studentUpperQuantile(0.025, freedom) * Math.sqrt(variance)
  return { value: Math.exp(shift), low: Math.exp(shift - error), high: Math.exp(shift + error) }
}

/**
 * Probability of so great a slowdown beyond the rest's, were there none; 1 where it cannot be said. Where all events take
 * so many times as long, a part of them has a larger odds ratio of being slow than all together have (odds ratios are not
 * collapsible: Greenland, Robins & Pearl 1999), but not a larger mean of the log-durations.
 */
export function slowdownByChance(cohort: DurationSums, everything: DurationSums): number {
  const found = shiftBeyondRest(cohort, everything)
  return found === null ? 1 : studentTail(found.shift / Math.sqrt(found.variance), found.freedom)
}

function shiftBeyondRest(
  cohort: DurationSums,
  everything: DurationSums,
): { shift: number; variance: number; freedom: number } | null {
  const own = meanShift(cohort, 1)
  if (own === null) return null
  const rest = meanShift(
    {
      baseline: difference(everything.baseline, cohort.baseline),
      candidate: difference(everything.candidate, cohort.candidate),
    },
    -1,
  )
  if (own.parts.some(({ residuals }) => residuals.buckets < 2)) return null
  const { variance, freedom } = clusteredVariance([...own.parts, ...(rest?.parts ?? [])])
  return { shift: own.shift + (rest?.shift ?? 0), variance, freedom }
}

function meanShift(
  { baseline, candidate }: DurationSums,
  sign: number,
): { shift: number; parts: ScaledResiduals[] } | null {
  const [candidateCount, baselineCount] = [sumOf(candidate.count), sumOf(baseline.count)]
  if (candidateCount === 0 || baselineCount === 0) return null
  const ofCandidate = sideResiduals(candidate.sum, candidate.count)
  const ofBaseline = sideResiduals(baseline.sum, baseline.count)
  return {
    shift: sign * (ofCandidate.ratio - ofBaseline.ratio),
    parts: [
      { residuals: ofCandidate, scale: sign / candidateCount },
      { residuals: ofBaseline, scale: -sign / baselineCount },
    ],
  }
}

function difference(all: Sums, some: Sums): Sums {
  const count = all.count.map((value, bucket) => {
    const left = value - some.count[bucket]!
    return left > 1e-6 ? left : 0
  })
  const sum = all.sum.map((value, bucket) => (count[bucket]! > 0 ? value - some.sum[bucket]! : 0))
  return { count, sum }
}
