import type { Payment } from '../build.ts'
import { type Charge, type Order, providers } from '../providers.ts'

/** Charges the order's own provider, twice where it hiccups; then, where it cannot reach the issuer, the other one. */
export async function pay(order: Order, charge: Charge): Promise<Payment> {
  const inTurn = [order.provider, ...providers.filter((provider) => provider !== order.provider)]
  for (const provider of inTurn) {
    let answer = await charge(provider, order, 1)
    if (answer.error === 'try_again') answer = await charge(provider, order, 2)
    if (answer.receipt !== null) return { state: 'paid', receipt: answer.receipt }
    if (answer.error !== 'issuer_unavailable') return { state: 'failed', receipt: null }
  }
  return { state: 'failed', receipt: null }
}
