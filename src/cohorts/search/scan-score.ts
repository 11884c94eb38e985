/** Gains of a cell beyond the rest of what it lies in, with cheap bounds that spare most cells their logarithms. */
import {
  binomialLogLikelihood,
  candidateGain,
  likelihoodGain,
  priorRows,
  restOddsRatio,
} from '../likelihood-gain.ts'

/** By class: baseline good, baseline bad, candidate good, candidate bad. Volume: the bad classes are all there is. */
export type Four = readonly number[]

export interface CellScore {
  /** False only where `evidence` is below `least` nats. Two-sample Pearson statistic: it is never below the gain. */
  evidenceMayReach(b0: number, b1: number, c0: number, c1: number, least: number): boolean
  /** False only where `fit` is below `least` nats. */
  fitMayReach(b0: number, b1: number, c0: number, c1: number, least: number): boolean
  /** Nats, both sides uncertain. */
  evidence(b0: number, b1: number, c0: number, c1: number): number
  /** Nats, with what the rest says (volume: the split of everything) taken as known. */
  fit(b0: number, b1: number, c0: number, c1: number): number
  /** Whether the odds are at least `factor` times those that the rest explains (volume: or as many times less). */
  differs(four: Four, factor: number): boolean
}

/** Weight, in bad rows, of the parent's rate in `candidateGain`. */
const priorBad = 5

/** Rows that both sides of a split are given before it is taken as known. */
const splitPrior = 1

/**
 * Scores cells that lie in `all`.
 *
 * @param prior share: rate towards which the baseline's is shrunk
 * @param restRatio share: odds ratio where the rest says little itself
 */
export function cellScore(
  kind: 'share' | 'volume',
  all: Four,
  prior: number,
  restRatio: number,
): CellScore {
  return kind === 'share' ? new ShareScore(all, prior, restRatio) : new VolumeScore(all)
}

class ShareScore implements CellScore {
  readonly #all: Four
  readonly #prior: number
  readonly #restRatio: number
  readonly #evidenceBad: number
  readonly #fitRows: number

  constructor(all: Four, prior: number, restRatio: number) {
    this.#all = all
    this.#prior = prior
    this.#restRatio = restRatio
    this.#evidenceBad = priorRows * prior
    this.#fitRows = priorBad / prior
  }

  evidenceMayReach(b0: number, b1: number, c0: number, c1: number, least: number): boolean {
    const n = c0 + c1
    const m = b0 + b1 + priorRows
    const bad = b1 + this.#evidenceBad
    const difference = c1 * m - bad * n
    if (difference <= 0) return least <= 0
    const all = n + m
    const allBad = c1 + bad
    return difference * difference * all >= least * m * n * allBad * (all - allBad)
  }

  fitMayReach(b0: number, b1: number, c0: number, c1: number, least: number): boolean {
    const n = c0 + c1
    const m = b0 + b1 + this.#fitRows
    const bad = b1 + priorBad
    const difference = c1 * m - bad * n
    if (difference <= 0) return least <= 0
    return difference * difference >= least * n * bad * (m - bad)
  }

  evidence(b0: number, b1: number, c0: number, c1: number): number {
    const ratio = this.#ratio(b0, b1, c0, c1)
    return likelihoodGain(c1, c0 + c1, b1, b0 + b1, this.#prior, ratio)
  }

  fit(b0: number, b1: number, c0: number, c1: number): number {
    const ratio = this.#ratio(b0, b1, c0, c1)
    return candidateGain(c1, c0 + c1, b1, b0 + b1, this.#prior, ratio)
  }

  differs([b0, b1, c0, c1]: Four, factor: number): boolean {
    const bad = b1! + this.#evidenceBad
    const total = b0! + b1! + priorRows
    const expected = (this.#ratio(b0!, b1!, c0!, c1!) * bad) / (total - bad)
    return c1! >= factor * expected * (c0! + 0.5)
  }

  #ratio(b0: number, b1: number, c0: number, c1: number): number {
    const [a0, a1, a2, a3] = this.#all
    const bad = a3! - c1
    const baseBad = a1! - b1
    return restOddsRatio(bad, bad + a2! - c0, baseBad, baseBad + a0! - b0, this.#restRatio)
  }
}

class VolumeScore implements CellScore {
  readonly #base: number
  readonly #candidate: number
  readonly #whole: number
  /** Candidate's share of everything. */
  readonly #share: number

  constructor(all: Four) {
    this.#base = all[1]!
    this.#candidate = all[3]!
    this.#share = (this.#candidate + 0.5) / (this.#base + this.#candidate + 1)
    this.#whole = binomialLogLikelihood(this.#candidate, this.#base + this.#candidate)
  }

  evidenceMayReach(_: number, b: number, __: number, c: number, least: number): boolean {
    const n = b + c
    const m = this.#base + this.#candidate - n
    const rest = this.#candidate - c
    const difference = c * m - rest * n
    return difference * difference * (n + m) >= least * m * n * this.#candidate * this.#base
  }

  fitMayReach(_: number, b: number, __: number, c: number, least: number): boolean {
    const n = b + c
    const expected = n * this.#share
    const difference = c - expected
    return difference * difference * n >= least * expected * (n - expected)
  }

  evidence(_: number, b: number, __: number, c: number): number {
    const rest = this.#candidate - c
    return Math.max(
      0,
      binomialLogLikelihood(c, b + c) +
        binomialLogLikelihood(rest, rest + this.#base - b) -
        this.#whole,
    )
  }

  /**
   * Beyond the split of everything, not of the rest: what is left beside a part that grew is larger and looks as if it
   * had shrunk, and would win against it.
   */
  fit(_: number, b: number, __: number, c: number): number {
    const share = this.#share
    return binomialLogLikelihood(c, b + c) - c * Math.log(share) - b * Math.log(1 - share)
  }

  differs([, b, , c]: Four, factor: number): boolean {
    const share = this.#restShare(b!, c!)
    const odds = share / (1 - share)
    const [more, fewer] = [c! + 0.5, odds * (b! + 0.5)]
    return more >= factor * fewer || fewer >= factor * more
  }

  /** Candidate's share of the rest, held near that of everything. */
  #restShare(b: number, c: number): number {
    const rest = this.#candidate - c
    return (rest + splitPrior * this.#share) / (rest + this.#base - b + splitPrior)
  }
}
