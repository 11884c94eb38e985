import type { HistogramBlock } from '../../../../stats/bucket-latency-test.ts'
import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { rateRatioInterval } from '../../../../stats/rate-ratio-interval.ts'
import { sumOfBlocks } from '../../../../stats/sum-of-blocks.ts'
import type { Effect } from '../../../verdict.ts'
import { durationBounds } from '../../duration-buckets.ts'
import { callBounds } from './edge.ts'
import type { EdgeEvidence } from './edge-evidence.ts'

/** The size of what a claim says. */
export interface MeasuredEdge {
  effect: Effect
  /** Bad units of both sides in the sense of the claim. */
  total: ComparisonBlock
  /** Beyond which a duration (ms) or a number of calls counts as bad; 0 for rates. */
  bound: number
}

export function measureEdge(evidence: EdgeEvidence, alpha: number): MeasuredEdge {
  const { measure, series } = evidence.hypothesis
  switch (measure) {
    case 'failure-rate':
      return { ...byRate(evidence.blocks, 'failure rate', alpha), bound: 0 }
    case 'missing-call':
      return { ...byRate(evidence.blocks, 'requests without the call', alpha), bound: 0 }
    case 'repeated-calls': {
      const index = widest(series.repeats, callBounds.length)
      const bound = callBounds[index]!
      const name = `requests with more than ${bound === 1 ? 'one call' : `${bound} calls`}`
      return { ...byRate(exceeding(series.repeats, index), name, alpha), bound }
    }
    case 'latency':
    default: {
      const index = widest(series.durations, durationBounds.length)
      const total = sumOfBlocks(exceeding(series.durations, index))
      return { effect: slower(series.durations), total, bound: durationBounds[index]! }
    }
  }
}

function byRate(
  blocks: readonly ComparisonBlock[],
  measure: string,
  alpha: number,
): Pick<MeasuredEdge, 'effect' | 'total'> {
  const total = sumOfBlocks(blocks)
  const { low, high } = rateRatioInterval(blocks, alpha)
  const rate = (bad: number, all: number): number | null => (all === 0 ? null : bad / all)
  const baseline = rate(total.baselineBad, total.baselineTotal)
  const candidate = rate(total.candidateBad, total.candidateTotal)
  const ratio =
    baseline === null || candidate === null || baseline === 0 ? null : candidate / baseline
  return { total, effect: { measure, baseline, candidate, ratio, low, high, unit: 'fraction' } }
}

/** Units beyond the upper bound of a bucket. */
function exceeding(histograms: readonly HistogramBlock[], bucket: number): ComparisonBlock[] {
  const count = (counts: ArrayLike<number>): [all: number, beyond: number] => {
    let [all, beyond] = [0, 0]
    for (let i = 0; i < counts.length; i++) {
      all += counts[i]!
      if (i > bucket) beyond += counts[i]!
    }
    return [all, beyond]
  }
  return histograms.map(({ baseline, candidate }) => {
    const [baselineTotal, baselineBad] = count(baseline)
    const [candidateTotal, candidateBad] = count(candidate)
    return { baselineTotal, baselineBad, candidateTotal, candidateBad }
  })
}

/** The bound that most more of the candidate's units exceed than of the baseline's. */
function widest(histograms: readonly HistogramBlock[], bounds: number): number {
  let best = { bound: 0, gap: Number.NEGATIVE_INFINITY }
  for (let bound = 0; bound < bounds; bound++) {
    const total = sumOfBlocks(exceeding(histograms, bound))
    const gap =
      total.candidateBad / Math.max(1, total.candidateTotal) -
      total.baselineBad / Math.max(1, total.baselineTotal)
    if (gap > best.gap) best = { bound, gap }
  }
  return best.bound
}

const quantiles = [
  { measure: 'median duration', p: 0.5 },
  { measure: 'p90 of the duration', p: 0.9 },
  { measure: 'p99 of the duration', p: 0.99 },
] as const
/** A rise of the median that is worth telling instead of one further out. */
const clearRise = 1.25

/** The innermost quantile that rose clearly, else the one that rose most; read off the buckets, so without an interval. */
function slower(histograms: readonly HistogramBlock[]): Effect {
  const effects = quantiles.map(({ measure, p }): Effect => {
    const baseline = quantileOf(histograms, 'baseline', p)
    const candidate = quantileOf(histograms, 'candidate', p)
    const ratio = baseline === null || candidate === null ? null : candidate / baseline
    return { measure, baseline, candidate, ratio, low: null, high: null, unit: 'ms' }
  })
  const clear = effects.find(({ ratio }) => ratio !== null && ratio >= clearRise)
  return clear ?? effects.toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0))[0]!
}

function quantileOf(
  histograms: readonly HistogramBlock[],
  side: 'baseline' | 'candidate',
  p: number,
): number | null {
  const counts = new Float64Array(durationBounds.length + 1)
  for (const block of histograms) {
    for (let i = 0; i < counts.length; i++) counts[i]! += block[side][i]!
  }
  const all = counts.reduce((sum, n) => sum + n, 0)
  if (all === 0) return null
  let below = 0
  const bucket = counts.findIndex((n) => (below += n) >= p * all)
  const upper = durationBounds[bucket]
  if (upper === undefined) return durationBounds.at(-1)!
  // between the bounds as if the logarithms were spread evenly; four buckets a decade
  const within = (p * all - (below - counts[bucket]!)) / counts[bucket]!
  return upper * 10 ** ((within - 1) / 4)
}
