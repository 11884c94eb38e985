import type { GaugeRun } from './gauge-table.ts'

/** A stretch of a run needs so many bins with values. */
const leastBins = 4

export interface Stretch {
  /** Growth over `horizon`, relative to the level. */
  growth: number
  /** Median. */
  level: number
}

/**
 * How a run grows in a stretch of time: Theil-Sen's slope, the median of the slopes between all pairs of bins (Sen 1968),
 * which a collection of garbage or a single peak does not move. Null where too little was seen.
 * @param horizon ms over which growth is told
 */
export function stretchOf(
  run: GaugeRun,
  from: number,
  to: number,
  horizon: number,
): Stretch | null {
  const inside: number[] = []
  run.at.forEach((at, i) => {
    if (at >= from && at < to) inside.push(i)
  })
  if (inside.length < leastBins) return null
  const slopes: number[] = []
  for (const [n, i] of inside.entries()) {
    for (const j of inside.slice(n + 1)) {
      slopes.push((run.value[j]! - run.value[i]!) / (run.at[j]! - run.at[i]!))
    }
  }
  const level = median(inside.map((i) => run.value[i]!))
  const slope = median(slopes)
  // what is empty has no level to be relative to: one item is the least that a queue can grow by
  return { growth: (slope * horizon) / Math.max(Math.abs(level), 1), level }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
