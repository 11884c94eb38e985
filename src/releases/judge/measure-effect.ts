import { ratioOfQuantiles, type QuantileRatio } from '../../stats/ratio-of-quantiles.ts'
import { rateRatioInterval } from '../../stats/rate-ratio-interval.ts'
import type { Distribution, Effect } from '../verdict.ts'
import { durationBounds, durationHistogram } from './duration-buckets.ts'
import { comparisonBlocks } from './evaluate-harm.ts'
import { notCounted } from './measures.ts'
import type { UnitTable } from './unit-table.ts'

/** The size of an effect, and the picture of it. */
export interface MeasuredEffect {
  effect: Effect
  distribution: Distribution
  baselineCount: number
  candidateCount: number
}

const quantiles = [
  { measure: 'median duration', p: 0.5 },
  { measure: 'p90 of the duration', p: 0.9 },
  { measure: 'p99 of the duration', p: 0.99 },
]

/**
 * A quantile of the durations on both sides with an interval of their ratio that is valid at any time (judge.md §6.4c):
 * the median where it rose, else the quantile whose rise is best proven.
 */
export function measureLatency(table: UnitTable, mask: Uint8Array, alpha: number): MeasuredEffect {
  const sides: [number[], number[]] = [[], []]
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 1) sides[table.candidate[row] as 0 | 1].push(table.duration[row]!)
  }
  const baseline = Float64Array.from(sides[0]).toSorted()
  const candidate = Float64Array.from(sides[1]).toSorted()
  const measured = quantiles.map(({ measure, p }) => ({
    measure,
    ...ratioOfQuantiles(baseline, candidate, p, alpha),
  }))
  const effect = bestProven(measured)
  return {
    effect: { ...effect, unit: 'ms' },
    distribution: {
      kind: 'duration',
      bounds: [...durationBounds],
      baseline: durationHistogram(baseline),
      candidate: durationHistogram(candidate),
    },
    baselineCount: baseline.length,
    candidateCount: candidate.length,
  }
}

function bestProven<T extends QuantileRatio>(measured: readonly T[]): T {
  const [median] = measured as [T, ...T[]]
  if ((median.low ?? 0) > 1) return median
  return measured.reduce((best, next) => ((next.low ?? 0) > (best.low ?? 0) ? next : best), median)
}

/** Rates of both sides with an interval of their ratio that is valid at any time. */
export function measureRate(
  table: UnitTable,
  mask: Uint8Array,
  bad: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
  alpha: number,
  measure: string,
): MeasuredEffect {
  const counts = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0 || bad[row] === notCounted) continue
    const side = table.candidate[row] === 1 ? 'candidate' : 'baseline'
    counts[`${side}Total`] += 1
    counts[`${side}Bad`] += bad[row]!
  }
  const { candidateTotal, candidateBad, baselineTotal, baselineBad } = counts
  const interval = rateRatioInterval(comparisonBlocks(table, mask, bad, blockOf, blocks), alpha)
  const baseline = baselineTotal === 0 ? null : baselineBad / baselineTotal
  const candidate = candidateTotal === 0 ? null : candidateBad / candidateTotal
  const ratio =
    baseline === null || candidate === null || baseline === 0 ? null : candidate / baseline
  return {
    effect: {
      measure,
      baseline,
      candidate,
      ratio,
      low: interval.low,
      high: interval.high,
      unit: 'fraction',
    },
    distribution: {
      kind: 'rate',
      bounds: [],
      baseline: [baselineTotal - baselineBad, baselineBad],
      candidate: [candidateTotal - candidateBad, candidateBad],
    },
    baselineCount: baselineTotal,
    candidateCount: candidateTotal,
  }
}
