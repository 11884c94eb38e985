/** The tests of what checkout takes from its environment, run with `node --test`: on any environment that it can start in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { settle } from './settle.ts'

// no test has the real one
process.env['PAYMENT_API_KEY'] ??= 'clearline_test_0000000000000000'

void test('a customer does not wait for a payment for ever, and long enough', () => {
  const { PAYMENT_TIMEOUT_MS: timeout } = readConfig()
  assert.ok(timeout >= 1000 && timeout <= 30_000, `${timeout} ms`)
})

void test('an ordinary basket is below the limit of an order', () => {
  assert.ok(readConfig().ORDER_LIMIT_CENTS >= 50_000)
})

void test('prices are in a currency that is written with two decimals', () => {
  const { CURRENCY: currency } = readConfig()
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  assert.equal(maximumFractionDigits, 2)
})

void test('an order that is paid stays paid, whoever settles it', () => {
  const paid = { state: 'paid', receipt: 'r1' } as const
  assert.deepEqual(settle(paid, readConfig()), paid)
})

void test('without a key checkout does not start', () => {
  const key = process.env['PAYMENT_API_KEY']
  delete process.env['PAYMENT_API_KEY']
  try {
    assert.throws(readConfig, /not configured: .*PAYMENT_API_KEY/)
  } finally {
    process.env['PAYMENT_API_KEY'] = key
  }
})
