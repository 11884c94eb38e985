/** The unit tests of the checkout 2.0.0 that repairs payments. All of them pass. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { order, providerThat, quote, unitTests } from '../unit-tests.ts'
import { pay } from '../healthy/pay.ts'
import { shippingOptions } from '../v2/shipping-options.ts'

unitTests({ shippingOptions, pay })

void test('asks the other provider where one cannot reach the issuer', async () => {
  const { charge, asked } = providerThat(
    { receipt: null, error: 'issuer_unavailable' },
    { receipt: 'r3', error: null },
  )
  assert.deepEqual(await pay(order, charge), { state: 'paid', receipt: 'r3' })
  assert.deepEqual(asked, ['bluecard', 'northpay'])
})

void test('the cheapest delivery is free in the second month', async () => {
  const options = await shippingOptions({ locale: 'pt-BR', accountAgeDays: 45 }, quote)
  assert.deepEqual(options[0], { carrier: 'postal', cents: 0, days: 2 })
})
