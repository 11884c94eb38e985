import type { Payment } from '../build.ts'
import { type Charge, type ChargeAnswer, type Order, providers } from '../providers.ts'

/** Charges the order's own provider and, where that one is down, the other one. */
export async function pay(order: Order, charge: Charge): Promise<Payment> {
  const others = providers.filter((provider) => provider !== order.provider)
  for (const provider of [order.provider, ...others]) {
    let answer = await charge(provider, order, 1)
    if (answer.error === 'try_again') answer = await charge(provider, order, 2)
    const payment = stateOf(answer)
    if (payment.state !== 'failed' || answer.error === 'try_again') return payment
  }
  return { state: 'failed', receipt: null }
}

/** The one place that knows what the providers' answers mean. */
function stateOf(answer: ChargeAnswer): Payment {
  if (answer.receipt !== null) return { state: 'paid', receipt: answer.receipt }
  // the provider charges the card when its issuer is back, and the receipt follows
  if (answer.error === 'issuer_unavailable') return { state: 'pending', receipt: null }
  return { state: 'failed', receipt: null }
}
