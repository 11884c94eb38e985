import { expect, test } from 'vitest'
import { createRandom, type Random } from './random.ts'

const draws = 40_000

/** Mean and variance against the true ones, in standard errors. */
function check(
  name: string,
  draw: (random: Random) => number,
  mean: number,
  variance: number,
): void {
  const random = createRandom(61)
  let sum = 0
  let squares = 0
  let fourth = 0
  for (let i = 0; i < draws; i++) {
    const d = draw(random) - mean
    sum += d
    squares += d * d
    fourth += d ** 4
  }
  const meanError = sum / draws / Math.sqrt(variance / draws)
  const spread = Math.sqrt((fourth / draws - variance ** 2) / draws)
  const varianceError = (squares / draws - variance) / spread
  expect(Math.abs(meanError), `${name}: mean off by ${meanError} errors`).toBeLessThan(4)
  expect(Math.abs(varianceError), `${name}: variance off by ${varianceError}`).toBeLessThan(5)
}

test('mean and variance of every distribution', () => {
  check('uniform', (r) => r.uniform(), 0.5, 1 / 12)
  check('integer', (r) => r.integer(6), 2.5, 35 / 12)
  check('normal', (r) => r.normal(3, 2), 3, 4)
  check('exponential', (r) => r.exponential(4), 0.25, 1 / 16)
  check('lognormal', (r) => r.lognormal(0, 0.5), Math.exp(0.125), Math.exp(0.25) * Math.expm1(0.25))
  for (const mean of [0.1, 5, 12, 400]) check(`poisson ${mean}`, (r) => r.poisson(mean), mean, mean)
  for (const [n, p] of [
    [10, 0.3],
    [1000, 0.001],
    [100, 0.25],
    [5000, 0.4],
    [300, 0.9],
  ] as const) {
    check(`binomial ${n} ${p}`, (r) => r.binomial(n, p), n * p, n * p * (1 - p))
  }
})

test('binomial by rejection has the right frequencies', () => {
  const random = createRandom(62)
  const counts = new Float64Array(41)
  for (let i = 0; i < draws; i++) counts[random.binomial(40, 0.4)]! += 1
  let probability = 0.6 ** 40
  let chiSquare = 0
  for (let k = 0; k <= 40; k++) {
    const expected = draws * probability
    if (expected > 5) chiSquare += (counts[k]! - expected) ** 2 / expected
    probability *= ((40 - k) / (k + 1)) * (0.4 / 0.6)
  }
  // about 23 cells
  expect(chiSquare).toBeLessThan(55)
})

test('the same seed gives the same numbers, another seed others', () => {
  const numbers = (seed: number): number[] => {
    const random = createRandom(seed)
    return Array.from({ length: 5 }, () => random.uniform())
  }
  expect(numbers(7)).toEqual(numbers(7))
  expect(numbers(7)).not.toEqual(numbers(8))
  expect(numbers(7)).not.toEqual(numbers(7 + 2 ** 32))
})

test('edges', () => {
  const random = createRandom(1)
  expect(random.binomial(0, 0.5)).toBe(0)
  expect(random.binomial(5, 0)).toBe(0)
  expect(random.binomial(5, 1)).toBe(5)
  expect(random.poisson(0)).toBe(0)
})
