import { expect, test } from 'vitest'
import { benjaminiYekutieli } from './benjamini-yekutieli.ts'

test('the q-values of three tests, by hand', () => {
  // 1 + 1/2 + 1/3 = 11/6; the second and the third are tied by the minimum over larger ones
  const q = benjaminiYekutieli([0.03, 0.001, 0.02])
  const expected = [(0.03 * 11) / 6, 0.001 * 3 * (11 / 6), (0.03 * 11) / 6]
  for (const [index, value] of expected.entries()) expect(q[index]).toBeCloseTo(value, 12)
})

test('what is no number counts as 1, wherever it stands, and is never significant', () => {
  for (const at of [0, 1, 2]) {
    const p = [1e-6, 0.01]
    p.splice(at, 0, Number.NaN)
    const q = benjaminiYekutieli(p)
    expect(q[at]).toBe(1)
    expect(q).toEqual(benjaminiYekutieli(p.map((value) => (Number.isNaN(value) ? 1 : value))))
  }
  expect(benjaminiYekutieli([Number.NaN])).toEqual([1])
})
