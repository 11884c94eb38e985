/** How much evidence a planted change must leave: the line above which a search has no excuse. */

/** Expected counts of a cohort, with the variance over users taken in. */
export interface ExpectedCounts {
  baseline: { bad: number; total: number }
  candidate: { bad: number; total: number }
  /** Variance of the log odds ratio over the variance if all events were independent; at least 1. */
  designEffect: number
}

/** Twelve bad events that all fall on one of two equal sides, in nats. */
export const detectableNats = 12 * Math.LN2

/**
 * Expected gain in log-likelihood of "the cohort changed" over "it changed like the rest": the log-likelihood ratio of
 * two binomials at their expected counts, over the design effect.
 *
 * @param restOdds the rest's odds ratio
 */
export function shareEvidence(
  { baseline, candidate, designEffect }: ExpectedCounts,
  restOdds: number,
): number {
  if (baseline.total === 0 || candidate.total === 0) return 0
  // the baseline rate at which both sides together have as many bad events as they have
  const bad = baseline.bad + candidate.bad
  let low = 0
  let high = 1
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    const expected = baseline.total * middle + candidate.total * withOdds(middle, restOdds)
    if (expected < bad) low = middle
    else high = middle
  }
  const nats =
    likelihood(baseline, baseline.bad / baseline.total) +
    likelihood(candidate, candidate.bad / candidate.total) -
    likelihood(baseline, low) -
    likelihood(candidate, withOdds(low, restOdds))
  return nats / designEffect
}

/** The same for the number of events: how they split over the sides, against the rest's split. */
export function volumeEvidence(
  { baseline, candidate, designEffect }: ExpectedCounts,
  restShare: number,
): number {
  const total = baseline.total + candidate.total
  if (total === 0) return 0
  const split = { bad: candidate.total, total }
  return (likelihood(split, candidate.total / total) - likelihood(split, restShare)) / designEffect
}

export function withOdds(rate: number, odds: number): number {
  return (rate * odds) / (1 - rate + rate * odds)
}

function likelihood({ bad, total }: { bad: number; total: number }, rate: number): number {
  return times(bad, rate) + times(total - bad, 1 - rate)
}

function times(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(probability)
}

/** Adds up the rows of a cohort, one user after the other. */
export class EvidenceTally {
  readonly #sides = [newSide(), newSide()] as const
  readonly #users: { side: 0 | 1; sum: number; events: number; own: number }[] = []
  #current = -1

  /** @param probability that the event is bad; a user's events come one after the other */
  add(user: number, side: 0 | 1, probability: number): void {
    if (user !== this.#current) {
      this.#current = user
      this.#users.push(
        { side: 0, sum: 0, events: 0, own: 0 },
        { side: 1, sum: 0, events: 0, own: 0 },
      )
    }
    const entry = this.#users.at(side === 0 ? -2 : -1)!
    entry.sum += probability
    entry.events += 1
    entry.own += probability * (1 - probability)
    this.#sides[side].bad += probability
    this.#sides[side].total += 1
  }

  /** Different users with a bad event of the candidate, expected. */
  users(): number {
    return this.#users.reduce(
      (sum, { side, sum: bad }) => sum + (side === 1 ? 1 - Math.exp(-bad) : 0),
      0,
    )
  }

  counts(): ExpectedCounts {
    const [baseline, candidate] = this.#sides
    const rates = this.#sides.map(({ bad, total }) => (total === 0 ? 0 : bad / total))
    // the score of the log odds ratio: each side's events weigh as the inverse of its variance
    const weights = this.#sides.map(({ total }, side) => {
      const variance = total * rates[side]! * (1 - rates[side]!)
      return variance === 0 ? 0 : (side === 0 ? -1 : 1) / variance
    })
    let variance = 0
    for (let i = 0; i < this.#users.length; i += 2) {
      let residual = 0
      for (const entry of [this.#users[i]!, this.#users[i + 1]!]) {
        const weight = weights[entry.side]!
        residual += weight * (entry.sum - entry.events * rates[entry.side]!)
        variance += weight ** 2 * entry.own
      }
      variance += residual ** 2
    }
    const independent = Math.abs(weights[0]!) + weights[1]!
    return {
      baseline: { ...baseline },
      candidate: { ...candidate },
      designEffect: independent === 0 ? 1 : Math.max(1, variance / independent),
    }
  }
}

function newSide(): { bad: number; total: number } {
  return { bad: 0, total: 0 }
}
