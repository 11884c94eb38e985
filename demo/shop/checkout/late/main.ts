/** checkout 2.0.0 with a price list: the same behaviour, until the list is out of date. */
import { startCheckout } from '../start-checkout.ts'
import { pay } from '../healthy/pay.ts'
import { shippingOptions } from './shipping-options.ts'

startCheckout({ shippingOptions, pay })
