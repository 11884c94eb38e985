/** checkout 2.0.0 without a fault: the same behaviour, tidied up. */
import { startCheckout } from '../start-checkout.ts'
import { pay } from './pay.ts'
import { shippingOptions } from './shipping-options.ts'

startCheckout({ shippingOptions, pay })
