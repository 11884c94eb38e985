import { expect, test } from 'vitest'
import { chargeOutcome, refusedBy } from './charge-outcome.ts'

const lucky = () => 0.5

test('bluecard cannot charge amex, whatever the luck and the attempt', () => {
  expect(chargeOutcome('bluecard', 'amex', 1, lucky)).toBe('issuer_unavailable')
  expect(chargeOutcome('bluecard', 'amex', 2, () => 0)).toBe('issuer_unavailable')
  expect(chargeOutcome('bluecard', 'visa', 1, lucky)).toBe('charged')
  expect(chargeOutcome('northpay', 'amex', 1, lucky)).toBe('charged')
})

test('a hiccup passes with the second attempt', () => {
  const hiccup = (what: string) => (what.startsWith('hiccup') ? 0 : 0.5)
  expect(chargeOutcome('northpay', 'visa', 1, hiccup)).toBe('try_again')
  expect(chargeOutcome('northpay', 'visa', 2, hiccup)).toBe('charged')
})

test('a broken charge stays broken', () => {
  const broken = (what: string) => (what.startsWith('broken') ? 0 : 0.5)
  expect(chargeOutcome('northpay', 'visa', 1, broken)).toBe('try_again')
  expect(chargeOutcome('northpay', 'visa', 2, broken)).toBe('try_again')
})

test('the right processor takes every card, the sandbox most of them, an unknown one none', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => i / 1000)
  const refused = (processor: unknown) =>
    ids.filter((luck) => refusedBy(processor, () => luck) !== null).length
  expect(refused('clearline')).toBe(0)
  expect(refused('sandbox')).toBe(50)
  expect(refused('ledgerpay')).toBe(1000)
})
