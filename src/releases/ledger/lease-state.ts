import type { Lease } from './ledger.ts'

/** Times in ms. A holder that stays away for three renewals has lost its lease. */
export interface LeaseTerms {
  lasts: number
  renewEvery: number
}

export const usualTerms: LeaseTerms = { lasts: 9000, renewEvery: 3000 }

/** What a process knows of its lease. `until` is by its own monotonic clock. */
export interface LeaseState {
  lease: Lease | null
  until: number
}

export const noLease: LeaseState = { lease: null, until: -Infinity }

/**
 * @param askedAt when the lease was asked for, by the monotonic clock: it lasts at least from then on, however long the
 *   answer took
 * @param answer the lease; null when somebody else has it; undefined when nobody answered, and then what was known holds
 *   to its end
 */
export function afterAsking(
  before: LeaseState,
  askedAt: number,
  answer: Lease | null | undefined,
  { lasts }: LeaseTerms,
): LeaseState {
  if (answer === undefined) return before
  return answer === null ? noLease : { lease: answer, until: askedAt + lasts }
}

/** The lease while it surely holds. */
export function heldLease({ lease, until }: LeaseState, now: number): Lease | null {
  return lease !== null && now < until ? lease : null
}
