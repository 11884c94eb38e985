import { conditionalLogLikelihoods } from './conditional-odds-ratio.ts'
import type { ComparisonBlock } from './e-process.ts'
import { WholeCounts } from './whole-counts.ts'

/**
 * Turns blocks into the log factors of one 2x2 comparison: for each alternative, the conditional likelihood ratio of
 * that odds ratio to the margin (see `conditional-odds-ratio.ts`). Holds the fractions of weighted counts.
 */
export class OddsRatioEvidence {
  readonly #oddsRatios: readonly number[]
  readonly #counts = new WholeCounts()
  readonly #logLikelihoods: Float64Array

  constructor(margin: number, alternatives: readonly number[]) {
    this.#oddsRatios = [margin, ...alternatives]
    this.#logLikelihoods = new Float64Array(this.#oddsRatios.length)
  }

  /** Calls `multiply(node, logFactor)` for each alternative; false when the block carries no information. */
  next(block: ComparisonBlock, multiply: (node: number, logFactor: number) => void): boolean {
    const whole = this.#counts.next(block)
    if (whole.candidateTotal === 0 || whole.baselineTotal === 0) return false
    const bad = whole.candidateBad + whole.baselineBad
    if (bad === 0 || bad === whole.candidateTotal + whole.baselineTotal) return false
    const logs = this.#logLikelihoods
    conditionalLogLikelihoods(whole, this.#oddsRatios, logs)
    for (let node = 1; node < logs.length; node++) multiply(node - 1, logs[node]! - logs[0]!)
    return true
  }
}
