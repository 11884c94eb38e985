import { expect, test } from 'vitest'
import { sortedNumbers } from './sorted-numbers.ts'

test.each([
  ['whole numbers near each other', [3, 1, Number.NaN, 2, 3, -5], [-5, 1, 2, 3, 3]],
  ['far apart', [1e9, -4, 7, Number.NaN], [-4, 7, 1e9]],
  [
    'fractions and infinities',
    [0.5, Infinity, -1, 0.25, -Infinity],
    [-Infinity, -1, 0.25, 0.5, Infinity],
  ],
  ['both zeros', [0, -0, 1], [-0, 0, 1]],
  ['none', [Number.NaN], []],
])('%s', (_, values, sorted) => {
  expect([...sortedNumbers(Float64Array.from(values))]).toEqual(sorted)
})

test('many fractions, some of them absent', () => {
  const values = Float64Array.from({ length: 10_000 }, (_, i) =>
    i % 7 === 0 ? Number.NaN : (((i * 7919) % 10_007) - 5000) / 8,
  )
  const present = values.filter((value) => !Number.isNaN(value))
  expect(sortedNumbers(values)).toEqual(present.toSorted())
})
