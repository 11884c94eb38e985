import { call, type Peer } from '../lib/call.ts'
import type { ShopRequest } from '../lib/service.ts'
import type { CheckoutConfig } from './config.ts'

export interface Order {
  id: string
  cents: number
  /** The provider that the order is sent to first. */
  provider: string
}

export interface ChargeAnswer {
  /** null where the charge failed. */
  receipt: string | null
  error: string | null
}

/** Sends one charge to one provider; `attempt` counts from 1. */
export type Charge = (provider: string, order: Order, attempt: number) => Promise<ChargeAnswer>

export const providers = ['northpay', 'bluecard'] as const

/** Charges through the payment services, on behalf of `request`. */
export function chargeFor(
  request: ShopRequest,
  peers: Record<string, Peer>,
  config: CheckoutConfig,
): Charge {
  return async (provider, order, attempt) => {
    const peer = peers[provider]
    if (peer === undefined) return { receipt: null, error: 'unknown_provider' }
    const answer = await call(peer, request, {
      method: 'POST',
      route: '/charges',
      headers: { authorization: `Bearer ${config.PAYMENT_API_KEY}` },
      timeoutMs: config.PAYMENT_TIMEOUT_MS,
      body: {
        order: order.id,
        cents: order.cents,
        currency: config.CURRENCY,
        processor: config.PAYMENT_PROCESSOR,
        attempt,
      },
    })
    const receipt: unknown = Reflect.get(Object(answer.body), 'receipt')
    const error: unknown = Reflect.get(Object(answer.body), 'error')
    return {
      receipt: typeof receipt === 'string' ? receipt : null,
      error: typeof error === 'string' ? error : null,
    }
  }
}
