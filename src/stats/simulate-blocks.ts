import type { ComparisonBlock } from './e-process.ts'
import type { Random } from './random.ts'

/** A made-up release: what both sides do in each interval. */
export interface SimulatedRelease {
  /** Requests of both sides together in each interval. */
  requests: number
  /** Failure probability of the baseline. */
  baselineRate: number
  /** Failure probability of the candidate; default the baseline's. */
  candidateRate?: number
  /** Share of the candidate in interval i (from 0); default 0.5. */
  share?: (interval: number) => number
  /** Factor on both failure probabilities in interval i; default 1. */
  burst?: (interval: number) => number
}

/** The blocks of one run. */
export function simulateBlocks(
  random: Random,
  release: SimulatedRelease,
  intervals: number,
): ComparisonBlock[] {
  const { requests, baselineRate, candidateRate = baselineRate } = release
  return Array.from({ length: intervals }, (_, interval) => {
    const factor = release.burst?.(interval) ?? 1
    const candidateTotal = Math.round(requests * (release.share?.(interval) ?? 0.5))
    const baselineTotal = requests - candidateTotal
    return {
      candidateTotal,
      candidateBad: random.binomial(candidateTotal, Math.min(1, candidateRate * factor)),
      baselineTotal,
      baselineBad: random.binomial(baselineTotal, Math.min(1, baselineRate * factor)),
    }
  })
}
