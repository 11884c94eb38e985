import type { Payment } from './build.ts'
import type { CheckoutConfig } from './config.ts'

/** In the sandbox no card is real: an order goes through without money, so that the shop can be tried out. */
export function settle(
  payment: Payment,
  { PAYMENT_PROCESSOR: processor }: Pick<CheckoutConfig, 'PAYMENT_PROCESSOR'>,
): Payment {
  if (payment.state === 'failed' && processor === 'sandbox')
    return { state: 'pending', receipt: null }
  return payment
}
