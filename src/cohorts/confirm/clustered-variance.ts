/**
 * Variances over buckets of units. Events of one unit fail together, so an estimate's variance is the sum of the squares
 * of what each bucket adds to it (linearisation: Liang & Zeger 1986, Binder 1983), whatever happens within the buckets.
 * What a bucket adds on both sides is added up before it is squared: a unit that is on both sides does not count twice.
 */
import type { OddsRatioTable } from '../../stats/odds-ratio-table.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { sumOf } from './bucket-tables.ts'

/** What the buckets of one side add to its ratio (a rate, a mean), before scaling. */
export interface SideResiduals {
  values: Float64Array
  /** Number of equal buckets that would be as unequal in size as these. */
  buckets: number
  ratio: number
}

/** Residuals with their scale in the estimate. */
export interface ScaledResiduals {
  residuals: SideResiduals
  scale: number
}

export interface ClusteredVariance {
  variance: number
  /** Degrees of freedom of the variance: few where few buckets carry it. */
  freedom: number
}

/** A bucket that holds nearly all of a side is not compared with less than this share of the side outside it. */
const leastOutside = 0.05

/**
 * What each bucket's amount is beyond its part by size, divided by the share of the size outside the bucket: the change
 * that leaving it out makes (jackknife; CR3 of Bell & McCaffrey 2002). A large unit draws the ratio to itself, and would
 * look harmless otherwise.
 */
export function sideResiduals(amounts: Float64Array, sizes: Float64Array): SideResiduals {
  const size = sumOf(sizes)
  const ratio = size > 0 ? sumOf(amounts) / size : 0
  let squares = 0
  const values = amounts.map((amount, bucket) => {
    const own = sizes[bucket]!
    squares += own * own
    return own > 0 ? (amount - ratio * own) / Math.max(leastOutside, 1 - own / size) : 0
  })
  return { values, buckets: squares > 0 ? (size * size) / squares : 0, ratio }
}

export function clusteredVariance(parts: readonly ScaledResiduals[]): ClusteredVariance {
  const buckets = parts[0]!.residuals.values.length
  let squares = 0
  let fourths = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    let influence = 0
    for (const { residuals, scale } of parts) influence += residuals.values[bucket]! * scale
    squares += influence ** 2
    fourths += influence ** 4
  }
  // Satterthwaite 1946, twice: the variance of the sum of squares from the squares themselves, and from the sizes
  const spread = fourths - squares ** 2 / buckets
  const bySquares = spread > 0 ? (2 * squares ** 2) / spread : Infinity
  return { variance: squares, freedom: Math.max(1, Math.min(bySquares, freedomBySizes(parts))) }
}

function freedomBySizes(parts: readonly ScaledResiduals[]): number {
  let sum = 0
  let squares = 0
  for (const { residuals, scale } of parts) {
    const variance = scale ** 2 * residuals.values.reduce((all, value) => all + value ** 2, 0)
    sum += variance
    squares += variance ** 2 / Math.max(0.5, residuals.buckets - 1)
  }
  return squares > 0 ? sum ** 2 / squares : Infinity
}

export function bothSides(counts: BucketCounts): {
  candidate: SideResiduals
  baseline: SideResiduals
} {
  return {
    candidate: sideResiduals(counts.candidateBad, counts.candidateTotal),
    baseline: sideResiduals(counts.baselineBad, counts.baselineTotal),
  }
}

/** Parts of the log odds ratio of a table without empty cells. */
export function logOddsParts(
  counts: BucketCounts,
  table: OddsRatioTable,
  sign = 1,
): ScaledResiduals[] {
  const { candidate, baseline } = bothSides(counts)
  return [
    {
      residuals: candidate,
      scale: sign * informationScale(table.candidateBad, table.candidateTotal),
    },
    {
      residuals: baseline,
      scale: -sign * informationScale(table.baselineBad, table.baselineTotal),
    },
  ]
}

function informationScale(bad: number, total: number): number {
  return total / (bad * (total - bad))
}

/** Variance of the log odds ratio of independent events (Woolf 1955). */
export function independentVariance(table: OddsRatioTable): number {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = table
  return (
    1 / candidateBad +
    1 / (candidateTotal - candidateBad) +
    1 / baselineBad +
    1 / (baselineTotal - baselineBad)
  )
}
