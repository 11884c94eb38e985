import type { Distribution } from '../../../src/releases/verdict.ts'
import type { LogScale } from './log-scale.ts'
import { logScale } from './log-scale.ts'

/** One bucket of a duration histogram, both sides. */
export interface Bucket {
  /** ms; 0 for the first bucket */
  from: number
  /** ms; null for the open last bucket */
  to: number | null
  baseline: number
  candidate: number
  /** Where it is drawn, ms: the ends of the axis stand in for 0 and for the open end. */
  drawnFrom: number
  drawnTo: number
  /** Share of the side's requests per unit of the logarithmic axis, so that areas compare between unequal buckets. */
  baselineDensity: number
  candidateDensity: number
}

export interface DurationDensity {
  buckets: Bucket[]
  scale: LogScale
  /** The highest density of either side. */
  peak: number
}

/** Both histograms as normalised steps over a log axis, cut to the buckets that hold something; null where none does. */
export function durationDensity(distribution: Distribution): DurationDensity | null {
  const { bounds, baseline, candidate } = withoutZeroBound(distribution)
  if (bounds.some((bound, index) => bound <= (bounds[index - 1] ?? 0))) return null
  const length = Math.min(bounds.length + 1, Math.max(baseline.length, candidate.length))
  const occupied = (index: number) => (baseline[index] ?? 0) + (candidate[index] ?? 0) > 0
  const indices = Array.from({ length }, (_, index) => index)
  const first = indices.find(occupied)
  const last = indices.findLast(occupied)
  if (first === undefined || last === undefined || bounds.length === 0) return null

  const totals = { baseline: sum(baseline), candidate: sum(candidate) }
  const shown = indices.slice(Math.max(0, first - 1), last + 2)
  const buckets = shown.map((index): Bucket => {
    const [drawnFrom, drawnTo] = drawnEnds(bounds, index)
    const width = Math.log10(drawnTo / drawnFrom)
    const counts = { baseline: baseline[index] ?? 0, candidate: candidate[index] ?? 0 }
    return {
      from: index === 0 ? 0 : (bounds[index - 1] ?? 0),
      to: bounds[index] ?? null,
      ...counts,
      drawnFrom,
      drawnTo,
      baselineDensity: totals.baseline === 0 ? 0 : counts.baseline / totals.baseline / width,
      candidateDensity: totals.candidate === 0 ? 0 : counts.candidate / totals.candidate / width,
    }
  })
  const ends = [buckets[0]?.drawnFrom, buckets.at(-1)?.drawnTo]
  if (ends[0] === undefined || ends[1] === undefined) return null
  return {
    buckets,
    scale: logScale(ends[0], ends[1]),
    peak: Math.max(...buckets.flatMap((b) => [b.baselineDensity, b.candidateDensity])),
  }
}

/** A log axis has no zero: the bucket of requests that took no time at all joins its neighbour. */
function withoutZeroBound({ bounds, baseline, candidate }: Distribution) {
  if (bounds[0] !== 0) return { bounds, baseline, candidate }
  return { bounds: bounds.slice(1), baseline: joinFirst(baseline), candidate: joinFirst(candidate) }
}

function joinFirst([first = 0, second = 0, ...rest]: number[]): number[] {
  return [first + second, ...rest]
}

/** The first bucket starts at zero and the last never ends: both are drawn as wide as their neighbour. */
function drawnEnds(bounds: number[], index: number): [number, number] {
  const upper = bounds[index]
  const lower = bounds[index - 1]
  if (lower !== undefined && upper !== undefined) return [lower, upper]
  if (upper !== undefined) return [upper / neighbourRatio(bounds[0], bounds[1]), upper]
  const end = bounds.at(-1) ?? 1
  return [end, end * neighbourRatio(bounds.at(-2), bounds.at(-1))]
}

function neighbourRatio(low: number | undefined, high: number | undefined): number {
  return low !== undefined && high !== undefined && low > 0 && high > low ? high / low : 2
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
