import type { Payment } from '../build.ts'
import { type Charge, type ChargeAnswer, type Order, providers } from '../providers.ts'

/** Charges the order's own provider and, where that one cannot reach the card's issuer, the other one. */
export async function pay(order: Order, charge: Charge): Promise<Payment> {
  const others = providers.filter((provider) => provider !== order.provider)
  for (const provider of [order.provider, ...others]) {
    const answer = await chargeTwice(provider, order, charge)
    if (answer.receipt !== null) return { state: 'paid', receipt: answer.receipt }
    if (answer.error !== 'issuer_unavailable') break
  }
  return { state: 'failed', receipt: null }
}

/** A hiccup is no reason to lose an order: tries once more. */
async function chargeTwice(provider: string, order: Order, charge: Charge): Promise<ChargeAnswer> {
  const first = await charge(provider, order, 1)
  return first.error === 'try_again' ? charge(provider, order, 2) : first
}
