import type { Quote, ShippingOption } from './carriers.ts'
import type { Customer } from './customer.ts'
import type { Charge, Order } from './providers.ts'

/** How an order was paid. `pending`: the money is on its way and the receipt follows. */
export type Payment =
  | { state: 'paid'; receipt: string }
  | { state: 'pending'; receipt: null }
  | { state: 'failed'; receipt: null }

/** What differs from one version of checkout to the next. */
export interface Build {
  shippingOptions: (customer: Customer, quote: Quote) => Promise<ShippingOption[]>
  pay: (order: Order, charge: Charge) => Promise<Payment>
}
