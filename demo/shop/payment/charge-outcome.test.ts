import { expect, test } from 'vitest'
import { chargeOutcome } from './charge-outcome.ts'

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
