/** The unit tests of checkout 2.0.0. All of them pass. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { order, providerThat, quote, unitTests } from '../unit-tests.ts'
import { pay } from './pay.ts'
import { shippingOptions } from './shipping-options.ts'

unitTests({ shippingOptions, pay })

void test('the cheapest delivery is free in the second month', async () => {
  const options = await shippingOptions({ locale: 'pt-BR', accountAgeDays: 45 }, quote)
  assert.deepEqual(options[0], { carrier: 'postal', cents: 0, days: 2 })
  assert.equal(options.length, 5)
})

void test('the offer ends with the second month', async () => {
  const options = await shippingOptions({ locale: 'pt-BR', accountAgeDays: 60 }, quote)
  assert.ok(options.every((option) => option.cents > 0))
})

void test('an order waits for an issuer that cannot be reached', async () => {
  const { charge } = providerThat({ receipt: null, error: 'issuer_unavailable' })
  assert.equal((await pay(order, charge)).state, 'pending')
})
