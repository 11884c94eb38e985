/** checkout 1.9.0 */
import { startCheckout } from '../start-checkout.ts'
import { pay } from './pay.ts'
import { shippingOptions } from './shipping-options.ts'

startCheckout({ shippingOptions, pay })
