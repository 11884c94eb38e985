/** The unit tests of the healthy checkout 2.0.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testOfOtherProvider, unitTests } from '../unit-tests.ts'
import { pay } from './pay.ts'
import { shippingOptions } from './shipping-options.ts'

unitTests({ shippingOptions, pay })

void test('the faster carrier comes first where two ask the same', async () => {
  const options = await shippingOptions(
    { locale: 'en-US', accountAgeDays: 400 },
    async (carrier) => ({
      carrier,
      cents: 500,
      days: carrier === 'nightowl' ? 1 : 4,
    }),
  )
  assert.equal(options[0]?.carrier, 'nightowl')
})

testOfOtherProvider(pay)
