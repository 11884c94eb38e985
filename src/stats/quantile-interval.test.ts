import { describe, expect, test } from 'vitest'
import { clopperPearson } from './clopper-pearson.ts'
import { quantileInterval } from './quantile-interval.ts'
import { createRandom, type Random } from './random.ts'
import { ratioOfQuantiles } from './ratio-of-quantiles.ts'

const alpha = 0.05
const looks = [20, 50, 100, 200, 300, 400]

/** In how many runs the truth lies outside at any look. */
function missed(runs: number, outside: (random: Random) => boolean): number {
  const random = createRandom(31)
  let count = 0
  for (let run = 0; run < runs; run++) if (outside(random)) count++
  return count
}

function sortedPrefix(values: readonly number[], count: number): Float64Array {
  return Float64Array.from(values.slice(0, count)).toSorted()
}

describe('one quantile', () => {
  // exponential values rounded to tenths: many ties; the true quantile is the rounded one
  const quantileOf = (p: number): number => Math.ceil(-Math.log1p(-p) * 10) / 10
  for (const p of [0.5, 0.9]) {
    test(`the interval covers the ${p} quantile at every look, with ties`, () => {
      const runs = 500
      const count = missed(runs, (random) => {
        const values = Array.from({ length: 400 }, () => Math.ceil(random.exponential() * 10) / 10)
        return looks.some((look) => {
          const { low, high } = quantileInterval(sortedPrefix(values, look), p, alpha)
          const truth = quantileOf(p)
          return (low !== null && low > truth) || (high !== null && high < truth)
        })
      })
      const low = clopperPearson(count, runs, 0.999).low
      expect(low, `missed in ${count} of ${runs} runs`).toBeLessThanOrEqual(alpha)
    })
  }

  test('is as narrow as expected: the median of 1000 equally spaced values', () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i)
    const { estimate, low, high } = quantileInterval(values, 0.5, alpha)
    expect(estimate).toBe(500)
    // a fixed-time interval is 469 to 531; anytime validity costs about half as much again
    expect(low).toBeGreaterThan(445)
    expect(low).toBeLessThan(469)
    expect(high).toBe(1000 - low!)
  })

  test('too few values leave an open end', () => {
    expect(quantileInterval([], 0.5, alpha)).toEqual({ estimate: null, low: null, high: null })
    expect(quantileInterval([7], 0.5, alpha)).toEqual({ estimate: 7, low: null, high: null })
    const tail = quantileInterval(
      Array.from({ length: 100 }, (_, i) => i),
      0.99,
      alpha,
    )
    expect(tail.high).toBeNull()
    expect(tail.low).toBeGreaterThan(50)
  })

  test('levels outside (0, 1) are refused', () => {
    expect(() => quantileInterval([1], 1, alpha)).toThrow(RangeError)
    expect(() => quantileInterval([1], 0.5, 0)).toThrow(RangeError)
  })
})

describe('ratio of quantiles', () => {
  test('covers the ratio at every look, with unequal sides', () => {
    const runs = 400
    for (const p of [0.5, 0.95]) {
      const count = missed(runs, (random) => {
        const baseline = Array.from({ length: 400 }, () => random.lognormal(4, 0.8))
        const candidate = Array.from({ length: 200 }, () => 1.5 * random.lognormal(4, 0.8))
        return looks.some((look) => {
          const { low, high } = ratioOfQuantiles(
            sortedPrefix(baseline, look),
            sortedPrefix(candidate, look / 2),
            p,
            alpha,
          )
          return (low !== null && low > 1.5) || (high !== null && high < 1.5)
        })
      })
      const low = clopperPearson(count, runs, 0.999).low
      expect(low, `${p}: missed in ${count} of ${runs} runs`).toBeLessThanOrEqual(alpha)
    }
  })

  test('is narrower than the quotient of two intervals at alpha/2', () => {
    const random = createRandom(3)
    const draw = (): Float64Array =>
      Float64Array.from({ length: 2000 }, () => random.lognormal(0, 1)).toSorted()
    const [baseline, candidate] = [draw(), draw()]
    const { ratio, low, high } = ratioOfQuantiles(baseline, candidate, 0.9, alpha)
    const b = quantileInterval(baseline, 0.9, alpha / 2)
    const c = quantileInterval(candidate, 0.9, alpha / 2)
    expect(low).toBeGreaterThan(c.low! / b.high!)
    expect(high).toBeLessThan(c.high! / b.low!)
    expect(low).toBeLessThan(ratio!)
    expect(high).toBeGreaterThan(ratio!)
  })

  test('empty sides and zero durations give open ends, not infinities', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => i + 1)
    expect(ratioOfQuantiles([], values, 0.5, alpha)).toEqual({
      baseline: null,
      candidate: 250,
      ratio: null,
      low: null,
      high: null,
    })
    const zeros = ratioOfQuantiles(new Float64Array(500), values, 0.5, alpha)
    expect(zeros).toMatchObject({ ratio: null, low: null, high: null })
  })
})
