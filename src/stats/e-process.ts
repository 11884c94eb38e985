/**
 * Evidence that may be looked at as often as one likes. An e-process is a nonnegative process that starts at 1 and whose
 * expectation is at most 1 at every stopping time while its null hypothesis is true; it exceeds 1/alpha at any time with
 * probability at most alpha (Ville's inequality). Here everything is the natural logarithm of it.
 *
 * Counts are in independent units: at most one failure for each trace, session, user or retry chain. Counts may be
 * weighted, and then need not be whole, as long as no unit weighs more than 1: a factor e^w with w in [0, 1] is below the
 * straight line through 1 and e, which keeps every expectation at most 1. Sampled telemetry whose weights are above 1
 * must be divided by the largest weight first (`unitWeightBlock`), else 1 failure would pass for many independent ones.
 */

/** What both sides did in one interval of time. */
export interface ComparisonBlock {
  /** Requests of the candidate in the interval. */
  candidateTotal: number
  /** Failed (or slow, or otherwise bad) requests among them. */
  candidateBad: number
  baselineTotal: number
  baselineBad: number
}

export interface EProcess {
  /** Natural logarithm of the current e-value: for lists (e-BH) and for interim reports. */
  readonly logE: number
  /** Running maximum of `logE` over all updates, starting at 0: an alarm is `maxLogE >= log(1/alpha)`. */
  readonly maxLogE: number
  /**
   * Adds one interval. Blocks in which one side is empty carry no information and change nothing.
   * @throws RangeError for counts that are negative, not finite, or more bad than total; nothing is changed then
   */
  update(block: ComparisonBlock): void
}

/** @throws RangeError unless the counts can be what they claim to be */
export function checkBlock(block: ComparisonBlock): void {
  checkSide('candidate', block.candidateTotal, block.candidateBad)
  checkSide('baseline', block.baselineTotal, block.baselineBad)
}

/** The block with its counts divided by the largest sampling weight of any unit in it (at least 1). */
export function unitWeightBlock(block: ComparisonBlock, largestWeight: number): ComparisonBlock {
  if (!(largestWeight >= 1) || largestWeight === Infinity) {
    throw new RangeError(`The largest weight must be a number of at least 1, not ${largestWeight}.`)
  }
  return {
    candidateTotal: block.candidateTotal / largestWeight,
    candidateBad: block.candidateBad / largestWeight,
    baselineTotal: block.baselineTotal / largestWeight,
    baselineBad: block.baselineBad / largestWeight,
  }
}

function checkSide(side: string, total: number, bad: number): void {
  // sums of fractional weights may differ in their last digits
  const tolerance = 1e-9 * total
  if (!(bad >= 0 && total < Infinity && bad <= total + tolerance)) {
    throw new RangeError(`The ${side} has impossible counts: ${bad} bad of ${total}.`)
  }
}
