import { expect, test } from 'vitest'
import { firstMultiple, lastMultiple, roundSteps } from './round-number.ts'

test('multiples in a half-open gap', () => {
  expect(lastMultiple(29.2, 30.4, 10)).toBe(30)
  expect(lastMultiple(30, 30.4, 10)).toBeNull()
  expect(lastMultiple(12, 48, 10)).toBe(40)
  expect(firstMultiple(12, 48, 10)).toBe(20)
  expect(firstMultiple(59, 60, 10)).toBe(60)
  expect(firstMultiple(60, 61, 10)).toBeNull()
  expect(lastMultiple(-12, -3, 5)).toBe(-5)
})

test('no floating-point dust', () => {
  expect(lastMultiple(0.25, 0.32, 0.1)).toBe(0.3)
  expect(firstMultiple(0.25, 0.32, 0.05)).toBe(0.3)
})

test('steps go from coarse to fine', () => {
  expect(roundSteps(50, 0.5)).toEqual([50, 10, 5, 1, 0.5])
})
