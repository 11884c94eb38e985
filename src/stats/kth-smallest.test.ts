import { expect, test } from 'vitest'
import { kthSmallest, quantileOf } from './kth-smallest.ts'
import { createRandom } from './random.ts'

test('every place of the order is that of sorting, with equal numbers, sorted ones, infinities and one', () => {
  const random = createRandom(3)
  const lists = [
    Array.from({ length: 501 }, () => random.uniform()),
    Array.from({ length: 400 }, () => Math.floor(4 * random.uniform())),
    Array.from({ length: 300 }, (_, i) => i),
    Array.from({ length: 300 }, (_, i) => -i),
    [Infinity, 2, -Infinity, 2, Infinity, 0],
    [7],
  ]
  for (const list of lists) {
    const sorted = list.toSorted((a, b) => a - b)
    const numbers = Float64Array.from(list)
    for (let k = 0; k < list.length; k++) {
      expect(kthSmallest(Float64Array.from(list), k)).toBe(sorted[k])
      // moved about before
      expect(kthSmallest(numbers, (k * 37) % list.length)).toBe(sorted[(k * 37) % list.length])
    }
    expect([...numbers].toSorted((a, b) => a - b)).toEqual(sorted)
  }
  expect(kthSmallest(Float64Array.of(1, 2), 2)).toBeUndefined()
  expect(kthSmallest(Float64Array.of(1, 2), -1)).toBeUndefined()
})

test('a quantile is the least number that enough do not exceed', () => {
  const numbers = (): Float64Array => Float64Array.from({ length: 10 }, (_, i) => 10 - i)
  expect(quantileOf(numbers(), 0.9)).toBe(9)
  expect(quantileOf(numbers(), 0.91)).toBe(10)
  expect(quantileOf(numbers(), 0.5)).toBe(5)
  expect(quantileOf(new Float64Array(0), 0.5)).toBeUndefined()
})
