import { carriers, type Quote, type ShippingOption } from '../carriers.ts'
import type { Customer } from '../customer.ts'

/** What each carrier asks for, cheapest first. */
export async function shippingOptions(
  _customer: Customer,
  quote: Quote,
): Promise<ShippingOption[]> {
  const options = await Promise.all(carriers.map((carrier) => quote(carrier)))
  return options.toSorted((a, b) => a.cents - b.cents)
}
