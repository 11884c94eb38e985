export type ChargeOutcome = 'charged' | 'try_again' | 'issuer_unavailable'

/** Share of orders whose every charge fails, at every provider. */
const brokenShare = 0.005
/** Share of first attempts that fail and succeed when they are tried again. */
const hiccupShare = 0.03

/**
 * What becomes of one charge. bluecard has lost its connection to the issuer of amex cards. `luck` gives a number in
 * [0, 1) that is always the same for one order.
 */
export function chargeOutcome(
  provider: string,
  cardType: string,
  attempt: number,
  luck: (what: string) => number,
): ChargeOutcome {
  if (provider === 'bluecard' && cardType === 'amex') return 'issuer_unavailable'
  if (luck('broken charge') < brokenShare) return 'try_again'
  if (attempt === 1 && luck('hiccup of a charge') < hiccupShare) return 'try_again'
  return 'charged'
}
