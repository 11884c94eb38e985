/** How many suggestions in doubt are worth a test on other rows. */

export interface DoubtBounds {
  /** Of one measure. */
  most: number
  /** Nats in one half with less than which the other half need not be asked. */
  leastEvidence: number
  /** Whether ranges narrower than a bin are sought among the raw values. */
  narrowRanges: boolean
}

/**
 * Among few events, a cohort of a dozen bad ones may be the whole fault; among a million it is next to nothing, and each
 * suggestion is counted over all of them. 4 nats are half of what twelve bad events are worth.
 *
 * @param events of the half that is searched
 */
export function doubtBounds(events: number): DoubtBounds {
  if (events <= 250_000) return { most: 10, leastEvidence: 4, narrowRanges: true }
  if (events <= 1_000_000) return { most: 3, leastEvidence: 6, narrowRanges: true }
  return { most: 2, leastEvidence: 8, narrowRanges: false }
}
