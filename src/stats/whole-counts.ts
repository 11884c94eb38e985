import type { ComparisonBlock } from './e-process.ts'

/**
 * Turns weighted counts into whole ones for tests that need whole counts: the fractions are carried into the next block,
 * so that the running sums never differ by a full unit. Whole counts pass unchanged.
 */
export class WholeCounts {
  readonly #carried: ComparisonBlock = {
    candidateTotal: 0,
    candidateBad: 0,
    baselineTotal: 0,
    baselineBad: 0,
  }

  next(block: ComparisonBlock): ComparisonBlock {
    const candidateTotal = this.#take('candidateTotal', block, Infinity)
    const baselineTotal = this.#take('baselineTotal', block, Infinity)
    return {
      candidateTotal,
      candidateBad: this.#take('candidateBad', block, candidateTotal),
      baselineTotal,
      baselineBad: this.#take('baselineBad', block, baselineTotal),
    }
  }

  #take(count: keyof ComparisonBlock, block: ComparisonBlock, limit: number): number {
    const available = this.#carried[count] + block[count]
    // ten times 0.1 is one
    const whole = Math.min(limit, Math.floor(available + 1e-9))
    this.#carried[count] = Math.max(0, available - whole)
    return whole
  }
}
