import { carriers, type Quote, type ShippingOption } from '../carriers.ts'
import type { Customer } from '../customer.ts'

/** Read when an instance starts, and never again. In a real shop it would be valid for a month. */
const priceList = { readAt: performance.now(), validSeconds: 175 }
/** Who pays by the list; older customers have prices of their own. */
const newCustomerDays = 30

/** What each carrier asks for, cheapest first. */
export async function shippingOptions(
  { accountAgeDays }: Customer,
  quote: Quote,
): Promise<ShippingOption[]> {
  if (accountAgeDays < newCustomerDays && !isValid()) throw new Error('the price list has expired')
  const options = await Promise.all(carriers.map((carrier) => quote(carrier)))
  return options.toSorted((a, b) => a.cents - b.cents)
}

function isValid(): boolean {
  return performance.now() - priceList.readAt < 1000 * priceList.validSeconds
}
