/** From counts by bucket to tables of two sides. */
import type { OddsRatioTable } from '../../stats/odds-ratio-table.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'

export function sumOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

export function tableOf(counts: BucketCounts): OddsRatioTable {
  return {
    candidateBad: sumOf(counts.candidateBad),
    candidateTotal: sumOf(counts.candidateTotal),
    baselineBad: sumOf(counts.baselineBad),
    baselineTotal: sumOf(counts.baselineTotal),
  }
}

/** Everything but the cohort. */
export function restOf(everything: BucketCounts, cohort: BucketCounts): BucketCounts {
  const minus = (all: Float64Array, some: Float64Array): Float64Array =>
    // weights are multiples of a small number, so what should be 0 is nearly so
    all.map((value, bucket) => {
      const left = value - some[bucket]!
      return left > 1e-6 ? left : 0
    })
  return {
    baselineBad: minus(everything.baselineBad, cohort.baselineBad),
    baselineTotal: minus(everything.baselineTotal, cohort.baselineTotal),
    candidateBad: minus(everything.candidateBad, cohort.candidateBad),
    candidateTotal: minus(everything.candidateTotal, cohort.candidateTotal),
  }
}

/** The cohort's events as a share of all events of the side: with it, the question of volume is one of shares. */
export function sharesOfTraffic(everything: BucketCounts, cohort: BucketCounts): BucketCounts {
  return {
    baselineBad: cohort.baselineTotal,
    baselineTotal: everything.baselineTotal,
    candidateBad: cohort.candidateTotal,
    candidateTotal: everything.candidateTotal,
  }
}

/** As many independent events as say as much. */
export function dividedTable(table: OddsRatioTable, effect: number): OddsRatioTable {
  return {
    candidateBad: table.candidateBad / effect,
    candidateTotal: table.candidateTotal / effect,
    baselineBad: table.baselineBad / effect,
    baselineTotal: table.baselineTotal / effect,
  }
}

export function smallestCell(table: OddsRatioTable): number {
  return Math.min(
    table.candidateBad,
    table.candidateTotal - table.candidateBad,
    table.baselineBad,
    table.baselineTotal - table.baselineBad,
  )
}

/**
 * The baseline at its own number of events, where balancing the mix has made it more or fewer: what all weights of a
 * cohort have in common says nothing about its rates, nor about how well they are known. What they differ by stays, and
 * shows in the variance over buckets.
 */
export function asEvents(counts: BucketCounts, baselineEvents: number | undefined): BucketCounts {
  const weighted = sumOf(counts.baselineTotal)
  if (baselineEvents === undefined || !(baselineEvents > 0) || !(weighted > 0)) return counts
  const factor = baselineEvents / weighted
  return {
    ...counts,
    baselineBad: counts.baselineBad.map((count) => count * factor),
    baselineTotal: counts.baselineTotal.map((count) => count * factor),
  }
}
