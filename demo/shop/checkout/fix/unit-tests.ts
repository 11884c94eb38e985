/** The unit tests of the checkout 2.0.0 that repairs payments. All of them pass. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quote, testOfOtherProvider, unitTests } from '../unit-tests.ts'
import { pay } from '../healthy/pay.ts'
import { shippingOptions } from '../v2/shipping-options.ts'

unitTests({ shippingOptions, pay })

testOfOtherProvider(pay)

void test('the cheapest delivery is free in the second month', async () => {
  const options = await shippingOptions({ locale: 'pt-BR', accountAgeDays: 45 }, quote)
  assert.deepEqual(options[0], { carrier: 'postal', cents: 0, days: 2 })
})
