/** The unit tests of the checkout 2.0.0 with a price list. All of them pass: none of them takes as long as a price list. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quote, unitTests } from '../unit-tests.ts'
import { pay } from '../healthy/pay.ts'
import { shippingOptions } from './shipping-options.ts'

unitTests({ shippingOptions, pay })

void test('new customers pay by the list', async () => {
  const options = await shippingOptions({ locale: 'en-US', accountAgeDays: 2 }, quote)
  assert.equal(options.length, 5)
})

void test('older customers have prices of their own', async () => {
  const options = await shippingOptions({ locale: 'ja-JP', accountAgeDays: 900 }, quote)
  assert.equal(options[0]?.carrier, 'postal')
})
