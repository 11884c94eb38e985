import { carriers, type Quote, type ShippingOption } from '../carriers.ts'
import type { Customer } from '../customer.ts'

/** Customers in their second month get the cheapest delivery for nothing. Brazil first. */
const offer = { locale: 'pt-BR', fromDays: 30, beforeDays: 60 }

/** What each carrier asks for, cheapest first; the cheapest is free for those who have the offer. */
export async function shippingOptions(customer: Customer, quote: Quote): Promise<ShippingOption[]> {
  if (!hasOffer(customer)) {
    const options = await Promise.all(carriers.map((carrier) => quote(carrier)))
    return options.toSorted((a, b) => a.cents - b.cents)
  }
  const options: ShippingOption[] = []
  let cheapest: ShippingOption | null = null
  for (const carrier of carriers) {
    const option = await quote(carrier)
    if (cheapest === null || option.cents < cheapest.cents) cheapest = option
    options.push(option)
  }
  return options
    .map((option) => (option === cheapest ? { ...option, cents: 0 } : option))
    .toSorted((a, b) => a.cents - b.cents)
}

function hasOffer({ locale, accountAgeDays }: Customer): boolean {
  return (
    locale === offer.locale && accountAgeDays >= offer.fromDays && accountAgeDays < offer.beforeDays
  )
}
