import { expect, it } from 'vitest'
import { upperBound } from './upper-bound.ts'

it('is the bound of Clopper and Pearson', () => {
  // without a hit the bound has a closed form
  expect(upperBound(0, 400)).toBeCloseTo(1 - 0.05 ** (1 / 400), 8)
  // qbeta(0.95, 4, 57)
  expect(upperBound(3, 60)).toBeCloseTo(0.12418, 4)
  expect(upperBound(5, 5)).toBe(1)
  expect(upperBound(0, 0)).toBe(1)
})
