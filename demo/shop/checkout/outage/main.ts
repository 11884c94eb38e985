/** checkout 1.9.0 as it is during an incident: an order whose provider cannot reach the issuer of the card fails. */
import { startCheckout } from '../start-checkout.ts'
import { shippingOptions } from '../v1/shipping-options.ts'
import { pay } from './pay.ts'

startCheckout({ shippingOptions, pay })
