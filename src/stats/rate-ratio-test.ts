import { type ComparisonBlock, checkBlock, type EProcess } from './e-process.ts'
import { GridMixture } from './grid-mixture.ts'

/**
 * Anytime-valid tests of the ratio of two failure rates (candidate / baseline) while both may vary freely in time.
 *
 * Given a failure, it is the candidate's with probability theta(r) = rho r / (1 - rho + rho r), where rho is the
 * candidate's share of the requests of the same interval and r the ratio: the shared rate cancels, and so do bursts that
 * hit both sides and ramps of the share. One interval with kT and kC failures multiplies the e-process of an alternative
 * r against the margin m by (theta(r)/theta(m))^kT ((1-theta(r))/(1-theta(m)))^kC; the e-process is the mean over a grid
 * of alternatives (Lindon & Malek, arXiv 2011.03567, section 4, with a grid in place of the Dirichlet mixture).
 *
 * Valid for Poisson and for Bernoulli failures of any rate: with failure probabilities pT and pC, the logarithm of the
 * expectation of the factor is at most nT pT (a-1) + nC pC (b-1), with a and b the two bases above (1 + x <= e^x), which
 * is 0 at pT = m pC and negative inside the null. Above a failure rate of some 5 % it grows conservative:
 * `harmOddsRatio` and `safetyOddsRatio` are sharper there.
 */
export interface RateRatioOptions {
  /** The ratio at the edge of the null hypothesis. */
  margin?: number
  /** Alternatives, as ratios; those inside the null hypothesis are ignored. */
  grid?: readonly number[]
}

/** Alternatives of the harm test. @internal */
export const harmGrid = [1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100] as const
/** Alternatives of the safety test. @internal */
export const safetyGrid = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25] as const

/** Evidence against "the candidate's failure rate is at most `margin` (default 1) times the baseline's". */
export function harmRateRatio(options: RateRatioOptions = {}): EProcess {
  const margin = checkMargin(options.margin ?? 1)
  return new RateRatioTest(margin, alternativesAbove(margin, options.grid ?? harmGrid))
}

/** Evidence against "the candidate's failure rate is at least `margin` (default 2) times the baseline's". */
export function safetyRateRatio(options: RateRatioOptions = {}): EProcess {
  const margin = checkMargin(options.margin ?? 2)
  return new RateRatioTest(margin, alternativesBelow(margin, options.grid ?? safetyGrid))
}

/** The grid's nodes above the margin; twice the margin where there is none. */
export function alternativesAbove(margin: number, grid: readonly number[]): number[] {
  const nodes = checkGrid(grid).filter((ratio) => ratio > margin)
  return nodes.length > 0 ? nodes : [2 * margin]
}

/** The grid's nodes below the margin; half the margin where there is none. */
export function alternativesBelow(margin: number, grid: readonly number[]): number[] {
  const nodes = checkGrid(grid).filter((ratio) => ratio < margin)
  return nodes.length > 0 ? nodes : [margin / 2]
}

/** @throws RangeError unless the margin is a positive number */
export function checkMargin(margin: number): number {
  if (!(margin > 0 && margin < Infinity)) {
    throw new RangeError(`A margin must be a positive number, not ${margin}.`)
  }
  return margin
}

function checkGrid(grid: readonly number[]): readonly number[] {
  if (!grid.every((ratio) => ratio > 0 && ratio < Infinity)) {
    throw new RangeError('Every alternative of a grid must be a positive number.')
  }
  return grid
}

class RateRatioTest implements EProcess {
  readonly #margin: number
  readonly #ratios: readonly number[]
  readonly #logRatios: readonly number[]
  readonly #mixture: GridMixture

  constructor(margin: number, ratios: readonly number[]) {
    this.#margin = margin
    this.#ratios = ratios
    this.#logRatios = ratios.map((ratio) => Math.log(ratio / margin))
    this.#mixture = new GridMixture(ratios.length)
  }

  get logE(): number {
    return this.#mixture.logE
  }

  get maxLogE(): number {
    return this.#mixture.maxLogE
  }

  update(block: ComparisonBlock): void {
    checkBlock(block)
    const { candidateTotal, candidateBad, baselineTotal, baselineBad } = block
    const bad = candidateBad + baselineBad
    if (candidateTotal === 0 || baselineTotal === 0 || bad === 0) return
    const share = candidateTotal / (candidateTotal + baselineTotal)
    const atMargin = 1 - share + share * this.#margin
    for (let node = 0; node < this.#ratios.length; node++) {
      const atRatio = 1 - share + share * this.#ratios[node]!
      // log(theta(r)/theta(m)) = log(r/m) - log(D(r)/D(m)), log((1-theta(r))/(1-theta(m))) = -log(D(r)/D(m))
      const factor = candidateBad * this.#logRatios[node]! - bad * Math.log(atRatio / atMargin)
      this.#mixture.multiply(node, factor)
    }
    this.#mixture.settle()
  }
}
