export type ChargeOutcome = 'charged' | 'try_again' | 'issuer_unavailable'

/** Share of orders whose every charge fails, at every provider. */
const brokenShare = 0.005
/** Share of first attempts that fail and succeed when they are tried again. */
const hiccupShare = 0.03

/** Share of cards whose bank asks the customer to confirm, which no sandbox can arrange. */
const confirmedShare = 0.05

/**
 * Why a processor does not take a card at all, or null. The sandbox takes most cards, and charges none of them; with
 * ledgerpay the shop has no account yet.
 */
export function refusedBy(processor: unknown, luck: (what: string) => number): string | null {
  if (processor === 'clearline') return null
  if (processor !== 'sandbox') return 'no_such_account'
  return luck('confirmation by the bank') < confirmedShare ? 'confirmation_impossible' : null
}

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
