import { expect, test } from 'vitest'
import { benjaminiYekutieli } from './benjamini-yekutieli.ts'
import { crossing } from './crossing.ts'
import { leastBetween } from './least-between.ts'
import { normalTail } from './normal-tail.ts'
import { rateRatioDeviate } from './rate-ratio-deviance.ts'
import { studentTail, studentUpperQuantile } from './student-t.ts'

test('tails of the normal distribution (tables of Abramowitz & Stegun)', () => {
  expect(normalTail(0)).toBe(0.5)
  expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 14)
  expect(normalTail(2.5)).toBeCloseTo(0.006209665325776132, 15)
  expect(normalTail(6) / 9.865876450376981e-10).toBeCloseTo(1, 10)
  expect(normalTail(-1)).toBeCloseTo(0.8413447460685429, 14)
})

test.each([
  [2.2281388519649385, 10],
  [12.706204736432095, 1],
  [1.959963984540054, Infinity],
  [2.000297822014257, 60],
])('t of 2.5 %% is %d with %d degrees of freedom', (t, freedom) => {
  expect(studentTail(t, freedom)).toBeCloseTo(0.025, 10)
  expect(studentUpperQuantile(0.025, freedom)).toBeCloseTo(t, 8)
})

test('q-values of Benjamini and Yekutieli', () => {
  // m = 4: the harmonic sum is 25/12; ranks 1 to 4 give p * 25/3 / rank, then the least from above
  const q = benjaminiYekutieli([0.03, 0.001, 0.02, 0.9])
  expect(q[1]).toBeCloseTo((0.001 * 25) / 3, 12)
  expect(q[2]).toBeCloseTo((0.03 * 25) / 3 / 3, 12)
  expect(q[0]).toBe(q[2])
  expect(q[3]).toBe(1)
  expect(benjaminiYekutieli([])).toEqual([])
})

test('the rate ratio deviate is 0 at the observed ratio and bounds a ratio with empty cells', () => {
  const some = { candidateBad: 30, candidateTotal: 1000, baselineBad: 20, baselineTotal: 2000 }
  expect(rateRatioDeviate(some, Math.log(3))).toBeCloseTo(0, 5)
  expect(rateRatioDeviate(some, 0)).toBeGreaterThan(3)
  const none = { ...some, candidateBad: 0 }
  const high = crossing((x) => rateRatioDeviate(none, x), -1.96, -14, 14)
  expect(Math.exp(high)).toBeGreaterThan(0.05)
  expect(Math.exp(high)).toBeLessThan(0.5)
})

test('golden sections find the least value', () => {
  expect(leastBetween((x) => (x - 1.3) ** 2 + 2, -5, 9)).toBeCloseTo(2, 8)
  expect(leastBetween((x) => x, 1, 3)).toBe(1)
})
