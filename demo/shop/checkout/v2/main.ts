/** checkout 2.0.0: the offer for the second month in Brazil; payments have states. */
import { startCheckout } from '../start-checkout.ts'
import { pay } from './pay.ts'
import { shippingOptions } from './shipping-options.ts'

startCheckout({ shippingOptions, pay })
