/** checkout 2.0.0 with payments as they should be, and the offer for the second month in Brazil, made in a hurry. */
import { startCheckout } from '../start-checkout.ts'
import { pay } from '../healthy/pay.ts'
import { shippingOptions } from '../v2/shipping-options.ts'

startCheckout({ shippingOptions, pay })
