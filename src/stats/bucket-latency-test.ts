import type { ComparisonBlock } from './e-process.ts'
import { GridMixture } from './grid-mixture.ts'
import { logSumExp } from './log-sum-exp.ts'
import { OddsRatioEvidence } from './odds-ratio-evidence.ts'
import { rareShareTest } from './rare-share-test.ts'
import { alternativesAbove, alternativesBelow, checkMargin } from './rate-ratio-test.ts'

/**
 * Anytime-valid tests of two distributions from histograms with identical bounds: "slower than bound j" is a Bernoulli
 * variable, compared by the odds ratio of exceeding it, given all totals of the block. No shape is assumed.
 */

/** Durations of one interval of time, on both sides. */
export interface HistogramBlock {
  /** Requests for each bucket, the last bucket open. Same bounds as the candidate's. */
  baseline: ArrayLike<number>
  candidate: ArrayLike<number>
}

export interface HistogramEProcess {
  /** Natural logarithm of the current e-value. */
  readonly logE: number
  /** Running maximum over all updates, starting at 0. */
  readonly maxLogE: number
  /**
   * Adds one interval. A block in which one side is empty changes nothing.
   * @throws RangeError for another number of buckets, or counts that are negative or not finite; nothing is changed then
   */
  update(block: HistogramBlock): void
}

export interface LatencyOptions {
  /** Number of buckets: bounds + 1. */
  buckets: number
  /** Odds ratio of exceeding a bound, at the edge of the null hypothesis. */
  margin?: number
  /** Alternatives, as odds ratios; those inside the null hypothesis are ignored. */
  grid?: readonly number[]
}

const harmGrid = [1.1, 1.25, 1.5, 2, 3, 5, 10, 30] as const
const safetyGrid = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25] as const
/** A slowdown counts at a bound that at least this share of the requests is on either side of. */
const leastShare = 0.01
/** Stake on "this bound does not count" in the e-process of a bound. */
const irrelevanceStake = 0.1

/**
 * Evidence against "at every bound the odds of being slower are at most `margin` (default 1) times the baseline's". The
 * average over all bounds and alternatives: an e-process whatever the dependence between bounds, without a correction.
 */
export function harmLatency(options: LatencyOptions): HistogramEProcess {
  const margin = checkMargin(options.margin ?? 1)
  const alternatives = alternativesAbove(margin, options.grid ?? harmGrid)
  return new HarmLatency(
    new Exceedances(options.buckets, margin, alternatives),
    alternatives.length,
  )
}

/**
 * Evidence against "at some bound that counts, the odds of being slower are at least `margin` (default 2) times the
 * baseline's". A bound counts when at least 1 % of the candidate's requests are slower than it and at least 1 % of the
 * baseline's are not: a slowdown there hurts somebody. The least of the e-processes of all bounds, which is below the one
 * of whichever bound makes the hypothesis true. The one of a bound is 0.9 times the evidence about its odds ratio plus 0.1
 * times the evidence that it does not count; choosing bounds by the data without that stake would not be valid.
 * Where no bound divides the requests (1 % to 99 %), the histogram is too coarse to speak: log e-value at most 0.
 */
export function safetyLatency(options: LatencyOptions): HistogramEProcess {
  const margin = checkMargin(options.margin ?? 2)
  const alternatives = alternativesBelow(margin, options.grid ?? safetyGrid)
  return new SafetyLatency(
    new Exceedances(options.buckets, margin, alternatives),
    alternatives.length,
  )
}

/** The 2x2 comparison at each bound of a block. */
class Exceedances {
  readonly buckets: number
  readonly bounds: number
  readonly #evidence: OddsRatioEvidence[]

  constructor(buckets: number, margin: number, alternatives: readonly number[]) {
    if (!(Number.isInteger(buckets) && buckets >= 2)) {
      throw new RangeError(`A histogram needs at least 2 buckets, not ${buckets}.`)
    }
    this.buckets = buckets
    this.bounds = buckets - 1
    this.#evidence = Array.from(
      { length: this.bounds },
      () => new OddsRatioEvidence(margin, alternatives),
    )
  }

  /** Calls back for each bound and alternative with the log factor; false when one side is empty. */
  next(
    block: HistogramBlock,
    each: (bound: number, node: number, logFactor: number) => void,
  ): boolean {
    const baselineTotal = this.#total('baseline', block.baseline)
    const candidateTotal = this.#total('candidate', block.candidate)
    if (baselineTotal === 0 || candidateTotal === 0) return false
    const comparison: ComparisonBlock = {
      candidateTotal,
      candidateBad: 0,
      baselineTotal,
      baselineBad: 0,
    }
    for (let bound = this.bounds - 1; bound >= 0; bound--) {
      comparison.candidateBad += block.candidate[bound + 1]!
      comparison.baselineBad += block.baseline[bound + 1]!
      this.#evidence[bound]!.next(comparison, (node, logFactor) => each(bound, node, logFactor))
    }
    return true
  }

  #total(side: string, counts: ArrayLike<number>): number {
    let total = 0
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i]!
      if (!(count >= 0)) throw new RangeError(`A bucket of the ${side} holds ${count} requests.`)
      total += count
    }
    if (counts.length !== this.buckets || total === Infinity) {
      throw new RangeError(
        `The ${side} has ${counts.length} buckets with ${total} requests; ${this.buckets} buckets are expected.`,
      )
    }
    return total
  }
}

class HarmLatency implements HistogramEProcess {
  readonly #exceedances: Exceedances
  readonly #nodes: number
  readonly #mixture: GridMixture

  constructor(exceedances: Exceedances, nodes: number) {
    this.#exceedances = exceedances
    this.#nodes = nodes
    this.#mixture = new GridMixture(exceedances.bounds * nodes)
  }

  get logE(): number {
    return this.#mixture.logE
  }

  get maxLogE(): number {
    return this.#mixture.maxLogE
  }

  update(block: HistogramBlock): void {
    const informative = this.#exceedances.next(block, (bound, node, logFactor) =>
      this.#mixture.multiply(bound * this.#nodes + node, logFactor),
    )
    if (informative) this.#mixture.settle()
  }
}

class SafetyLatency implements HistogramEProcess {
  readonly #exceedances: Exceedances
  readonly #mixtures: GridMixture[]
  readonly #baseline: Float64Array
  readonly #candidate: Float64Array
  #logE = 0
  #maxLogE = 0

  constructor(exceedances: Exceedances, nodes: number) {
    this.#exceedances = exceedances
    this.#mixtures = Array.from({ length: exceedances.bounds }, () => new GridMixture(nodes))
    this.#baseline = new Float64Array(exceedances.buckets)
    this.#candidate = new Float64Array(exceedances.buckets)
  }

  get logE(): number {
    return this.#logE
  }

  get maxLogE(): number {
    return this.#maxLogE
  }

  update(block: HistogramBlock): void {
    const informative = this.#exceedances.next(block, (bound, node, logFactor) =>
      this.#mixtures[bound]!.multiply(node, logFactor),
    )
    if (!informative) return
    for (const mixture of this.#mixtures) mixture.settle()
    for (let i = 0; i < this.#baseline.length; i++) {
      this.#baseline[i]! += block.baseline[i]!
      this.#candidate[i]! += block.candidate[i]!
    }
    this.#logE = this.#least()
    this.#maxLogE = Math.max(this.#maxLogE, this.#logE)
  }

  #least(): number {
    const baselineTotal = sum(this.#baseline)
    const candidateTotal = sum(this.#candidate)
    let least = Infinity
    let divides = false
    let slowBaseline = 0
    let slowCandidate = 0
    for (let bound = this.#exceedances.bounds - 1; bound >= 0; bound--) {
      slowBaseline += this.#baseline[bound + 1]!
      slowCandidate += this.#candidate[bound + 1]!
      const slow = (slowBaseline + slowCandidate) / (baselineTotal + candidateTotal)
      divides ||= slow >= leastShare && slow <= 1 - leastShare
      const logs = [
        Math.log(1 - irrelevanceStake) + this.#mixtures[bound]!.logE,
        Math.log(irrelevanceStake / 2) + rareShareTest(slowCandidate, candidateTotal, leastShare),
        Math.log(irrelevanceStake / 2) +
          rareShareTest(baselineTotal - slowBaseline, baselineTotal, leastShare),
      ]
      least = Math.min(least, logSumExp(logs))
    }
    return divides ? least : Math.min(0, least)
  }
}

function sum(counts: Float64Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
