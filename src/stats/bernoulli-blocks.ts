import { logLikelihoodRatio, projectOntoDifference, type RatePair } from './bernoulli-projection.ts'
import { checkProbability } from './check-probability.ts'
import { type ComparisonBlock, checkBlock, type EProcess } from './e-process.ts'
import { GridMixture } from './grid-mixture.ts'
import { logSumExp } from './log-sum-exp.ts'
import { OddsRatioEvidence } from './odds-ratio-evidence.ts'
import {
  alternativesAbove,
  alternativesBelow,
  checkMargin,
  harmGrid,
  type RateRatioOptions,
  safetyGrid,
} from './rate-ratio-test.ts'

/**
 * Anytime-valid tests of failure probabilities that use the denominators: exact for any probability and any block size,
 * while the probability itself may differ from block to block. Sharper than the ratio of rates above some 5 %.
 */

/** Evidence against "the odds of failure in the candidate are at most `margin` (default 1) times the baseline's". */
export function harmOddsRatio(options: RateRatioOptions = {}): EProcess {
  const margin = checkMargin(options.margin ?? 1)
  return new OddsRatioTest(margin, alternativesAbove(margin, options.grid ?? harmGrid))
}

/** Evidence against "the odds of failure in the candidate are at least `margin` (default 2) times the baseline's". */
export function safetyOddsRatio(options: RateRatioOptions = {}): EProcess {
  const margin = checkMargin(options.margin ?? 2)
  return new OddsRatioTest(margin, alternativesBelow(margin, options.grid ?? safetyGrid))
}

/**
 * Evidence against "the candidate's failure probability exceeds the baseline's by at least `delta`" (an absolute
 * difference, for example 0.01).
 */
export function safetyRateDifference(options: { delta: number }): EProcess {
  checkProbability('delta', options.delta)
  return new RateDifferenceTest(options.delta)
}

/**
 * A product of conditional likelihood ratios given the margins of each block, averaged over a grid. The rate pairs with
 * an odds ratio of at least m > 1 are not a convex set, so there is no projection to test against; conditioning needs
 * none, needs no guess of the rate, and loses nothing measurable against it.
 */
class OddsRatioTest implements EProcess {
  readonly #evidence: OddsRatioEvidence
  readonly #mixture: GridMixture

  constructor(margin: number, alternatives: readonly number[]) {
    this.#evidence = new OddsRatioEvidence(margin, alternatives)
    this.#mixture = new GridMixture(alternatives.length)
  }

  get logE(): number {
    return this.#mixture.logE
  }

  get maxLogE(): number {
    return this.#mixture.maxLogE
  }

  update(block: ComparisonBlock): void {
    checkBlock(block)
    if (block.candidateTotal === 0 || block.baselineTotal === 0) return
    const mixture = this.#mixture
    if (this.#evidence.next(block, (node, logFactor) => mixture.multiply(node, logFactor))) {
      mixture.settle()
    }
  }
}

/** True differences that the test bets on, in units of delta. */
const differences = [-0.5, 0, 0.25, 0.5] as const
/** Baseline rates to bet on before anything is known. */
const firstGuesses = [0.0005, 0.002, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97] as const

/**
 * The block e-value of Turner, Ly & Gruenwald (arXiv 2106.02693, section 3; convex nulls: 2302.11401, Theorem 1): the
 * likelihood of a guessed pair of rates against its projection onto the null. The null is a half-plane here, and the
 * logarithm of the expectation is below the slope of the divergence at the projection, which is at most 0 all over it.
 * The guess must come from past blocks; the first block is bet on with an average over guesses.
 */
class RateDifferenceTest implements EProcess {
  readonly #delta: number
  readonly #mixture = new GridMixture(differences.length)
  #past: ComparisonBlock = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }

  constructor(delta: number) {
    this.#delta = delta
  }

  get logE(): number {
    return this.#mixture.logE
  }

  get maxLogE(): number {
    return this.#mixture.maxLogE
  }

  update(block: ComparisonBlock): void {
    checkBlock(block)
    if (block.candidateTotal === 0 || block.baselineTotal === 0) return
    for (let node = 0; node < differences.length; node++) {
      const difference = differences[node]! * this.#delta
      const bets = this.#guesses(difference).map((guess) => this.#bet(block, guess, difference))
      this.#mixture.multiply(node, logSumExp(bets) - Math.log(bets.length))
    }
    this.#mixture.settle()
    this.#past.candidateTotal += block.candidateTotal
    this.#past.candidateBad += block.candidateBad
    this.#past.baselineTotal += block.baselineTotal
    this.#past.baselineBad += block.baselineBad
  }

  /** The baseline's rate that fits the past of both sides best if they differed by `difference`. */
  #guesses(difference: number): readonly number[] {
    const { candidateTotal, candidateBad, baselineTotal, baselineBad } = this.#past
    if (baselineTotal === 0) return firstGuesses
    // half a failure and half a success: never certain of anything
    const seen = {
      baseline: (baselineBad + 0.5) / (baselineTotal + 1),
      candidate: (candidateBad + 0.5) / (candidateTotal + 1),
    }
    return [projectOntoDifference(seen, baselineTotal, candidateTotal, difference).baseline]
  }

  #bet(block: ComparisonBlock, guess: number, difference: number): number {
    const { candidateTotal, candidateBad, baselineTotal, baselineBad } = block
    const rates = alternative(guess, difference)
    const nearest = projectOntoDifference(rates, baselineTotal, candidateTotal, this.#delta)
    return (
      logLikelihoodRatio(candidateBad, candidateTotal, rates.candidate, nearest.candidate) +
      logLikelihoodRatio(baselineBad, baselineTotal, rates.baseline, nearest.baseline)
    )
  }
}

/** A pair with about that difference, both rates strictly between 0 and 1. */
function alternative(guess: number, difference: number): RatePair {
  const baseline = Math.min(1 - 1e-9, Math.max(1e-9, guess))
  const lowest = 0.1 * baseline
  const highest = (1 + baseline) / 2
  return { baseline, candidate: Math.min(highest, Math.max(lowest, baseline + difference)) }
}
