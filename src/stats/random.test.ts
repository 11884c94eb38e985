import { expect, test } from 'vitest'
import { createRandom, type Random } from './random.ts'

const draws = 40_000

/** How far mean and variance are from the true ones, in standard errors: the larger of the two. */
function errors(draw: (random: Random) => number, mean: number, variance: number): number {
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
  return Math.max(Math.abs(meanError), Math.abs(squares / draws - variance) / spread)
}

test('mean and variance of every distribution', () => {
  expect(errors((r) => r.uniform(), 0.5, 1 / 12)).toBeLessThan(4)
  expect(errors((r) => r.integer(6), 2.5, 35 / 12)).toBeLessThan(4)
  expect(errors((r) => r.normal(3, 2), 3, 4)).toBeLessThan(4)
  expect(errors((r) => r.exponential(4), 0.25, 1 / 16)).toBeLessThan(4)
  const mean = Math.exp(0.125)
  expect(errors((r) => r.lognormal(0, 0.5), mean, mean ** 2 * Math.expm1(0.25))).toBeLessThan(4)
  for (const m of [0.1, 5, 12, 400]) {
    expect(
      errors((r) => r.poisson(m), m, m),
      `poisson ${m}`,
    ).toBeLessThan(4)
  }
  for (const [n, p] of [
    [10, 0.3],
    [1000, 0.001],
    [100, 0.25],
    [5000, 0.4],
    [300, 0.9],
  ] as const) {
    const off = errors((r) => r.binomial(n, p), n * p, n * p * (1 - p))
    expect(off, `binomial ${n} ${p}`).toBeLessThan(4)
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
