import { checkProbability } from './check-probability.ts'
import { type ComparisonBlock, checkBlock } from './e-process.ts'
import { logSumExp } from './log-sum-exp.ts'

/** The ratio of failure rates, candidate / baseline. */
export interface RateRatioInterval {
  /**
   * The ratio that fits the failures of all blocks best, each with its own rate and share (the maximum of the product of
   * conditional likelihoods): not disturbed by bursts that hit both sides or by a ramp. Null without baseline failures.
   */
  ratio: number | null
  /** Null is an open end: the data exclude no ratio on that side. */
  low: number | null
  high: number | null
}

const smallest = 1e-6
const largest = 1e6
/** Alternatives, relative to the ratio under test. */
const steps = [1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100] as const

/**
 * Anytime-valid interval of the ratio of failure rates: all ratios that neither the test of "ratio at most m" nor that of
 * "ratio at least m" (see `rate-ratio-test.ts`) rejects at alpha/2. It covers the ratio at every moment of looking at once
 * with probability at least 1 - alpha.
 *
 * @param blocks all intervals so far; each as in `EProcess.update`
 * @throws RangeError for impossible counts or an alpha outside (0, 1)
 */
export function rateRatioInterval(
  blocks: readonly ComparisonBlock[],
  alpha: number,
): RateRatioInterval {
  checkProbability('alpha', alpha)
  const informative = failuresByShare(blocks)
  const candidateBad = informative.reduce((sum, block) => sum + block.candidateBad, 0)
  const baselineBad = informative.reduce((sum, block) => sum + block.bad - block.candidateBad, 0)
  const limit = Math.log(2 / alpha)
  const above = (ratio: number): boolean => logE(informative, ratio, steps) >= limit
  const below = (ratio: number): boolean => logE(informative, ratio, lowerSteps) >= limit
  return {
    ratio: baselineBad === 0 ? null : candidateBad === 0 ? 0 : fit(informative),
    low: candidateBad === 0 || !above(smallest) ? null : lastTrue(above, smallest, largest),
    high: baselineBad === 0 || !below(largest) ? null : lastTrue(below, largest, smallest),
  }
}

const lowerSteps = steps.map((step) => 1 / step)

interface Failures {
  share: number
  candidateBad: number
  bad: number
}

/** Blocks without failures say nothing about the ratio; blocks with the same share act as one. */
function failuresByShare(blocks: readonly ComparisonBlock[]): Failures[] {
  const byShare = new Map<number, Failures>()
  for (const block of blocks) {
    checkBlock(block)
    const bad = block.candidateBad + block.baselineBad
    if (block.candidateTotal === 0 || block.baselineTotal === 0 || bad === 0) continue
    const share = block.candidateTotal / (block.candidateTotal + block.baselineTotal)
    const same = byShare.get(share)
    if (same === undefined) byShare.set(share, { share, candidateBad: block.candidateBad, bad })
    else {
      same.candidateBad += block.candidateBad
      same.bad += bad
    }
  }
  return [...byShare.values()]
}

/** Decreasing in the ratio, for alternatives on either side of it. */
function logE(blocks: readonly Failures[], ratio: number, relative: readonly number[]): number {
  const nodes = relative.map((step) => {
    let sum = 0
    for (const { share, candidateBad, bad } of blocks) {
      const atRatio = 1 - share + share * ratio
      const atNode = 1 - share + share * ratio * step
      sum += candidateBad * Math.log(step) - bad * Math.log(atNode / atRatio)
    }
    return sum
  })
  return logSumExp(nodes) - Math.log(nodes.length)
}

/** Where the candidate's failures equal their expectation. */
function fit(blocks: readonly Failures[]): number {
  const tooSmall = (ratio: number): boolean => {
    let excess = 0
    for (const { share, candidateBad, bad } of blocks) {
      excess += candidateBad - (bad * share * ratio) / (1 - share + share * ratio)
    }
    return excess > 0
  }
  return lastTrue(tooSmall, smallest, largest)
}

/** Bisection in the logarithm: the ratio where the condition, true at `from`, ceases to hold on the way to `to`. */
function lastTrue(condition: (ratio: number) => boolean, from: number, to: number): number {
  if (condition(to)) return to
  let inside = Math.log(from)
  let outside = Math.log(to)
  for (let i = 0; i < 60 && Math.abs(outside - inside) > 1e-9; i++) {
    const middle = (inside + outside) / 2
    if (condition(Math.exp(middle))) inside = middle
    else outside = middle
  }
  return Math.exp(inside)
}
