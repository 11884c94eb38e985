import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Build } from './build.ts'
import { carriers, type ShippingOption } from './carriers.ts'
import type { Charge, ChargeAnswer } from './providers.ts'

export const quote = async (carrier: string): Promise<ShippingOption> => ({
  carrier,
  cents: 1000 - 10 * carriers.findIndex((name) => name === carrier),
  days: 2,
})

/** A provider that gives these answers, one after the other, and remembers who was asked. */
export function providerThat(...answers: ChargeAnswer[]): { charge: Charge; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    charge: async (provider) => {
      asked.push(provider)
      return answers.shift() ?? { receipt: null, error: 'try_again' }
    },
  }
}

export const order = { id: 'o1', cents: 4980, provider: 'bluecard' }
const hiccup = { receipt: null, error: 'try_again' }

/** The unit tests that every version of checkout has to pass. */
export function unitTests({ shippingOptions, pay }: Build): void {
  void test('offers every carrier, cheapest first', async () => {
    const options = await shippingOptions({ locale: 'en-US', accountAgeDays: 400 }, quote)
    assert.deepEqual(
      options.map((option) => option.carrier),
      carriers.toReversed(),
    )
  })

  void test('offers every carrier to new customers', async () => {
    const options = await shippingOptions({ locale: 'pt-BR', accountAgeDays: 3 }, quote)
    assert.equal(options.length, carriers.length)
  })

  void test('a paid order has a receipt', async () => {
    const { charge, asked } = providerThat({ receipt: 'r1', error: null })
    assert.deepEqual(await pay(order, charge), { state: 'paid', receipt: 'r1' })
    assert.deepEqual(asked, ['bluecard'])
  })

  void test('tries the same provider again after a hiccup', async () => {
    const { charge, asked } = providerThat(hiccup, { receipt: 'r2', error: null })
    assert.deepEqual(await pay(order, charge), { state: 'paid', receipt: 'r2' })
    assert.deepEqual(asked, ['bluecard', 'bluecard'])
  })

  void test('an order that cannot be paid fails', async () => {
    const { charge, asked } = providerThat(hiccup, hiccup)
    assert.deepEqual(await pay(order, charge), { state: 'failed', receipt: null })
    assert.equal(asked.length, 2)
  })
}

/** The unit test of versions whose payments are repaired. */
export function testOfOtherProvider(pay: Build['pay']): void {
  void test('asks the other provider where one cannot reach the issuer', async () => {
    const { charge, asked } = providerThat(
      { receipt: null, error: 'issuer_unavailable' },
      { receipt: 'r3', error: null },
    )
    assert.deepEqual(await pay(order, charge), { state: 'paid', receipt: 'r3' })
    assert.deepEqual(asked, ['bluecard', 'northpay'])
  })
}
