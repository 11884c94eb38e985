import { describe, expect, test } from 'vitest'
import { eBenjaminiHochberg } from './e-benjamini-hochberg.ts'
import { weightedLogMean } from './e-merge.ts'
import { onlineWeight } from './online-weights.ts'
import { createRandom } from './random.ts'
import { harmRateRatio } from './rate-ratio-test.ts'

describe('e-BH', () => {
  const log = (values: number[]): number[] => values.map((value) => Math.log(value))

  test('reports the k strongest for the largest k with k e >= K / alpha', () => {
    // K / alpha = 80: 100 passes alone, 41 passes as the second, 20 fails as the third, 1 as the fourth
    expect(eBenjaminiHochberg(log([1, 41, 100, 20]), 0.05)).toEqual([2, 1])
    // the second fails alone but is carried by the third: 3 x 27 >= 80
    expect(eBenjaminiHochberg(log([30, 27, 100, 1]), 0.05)).toEqual([2, 0, 1])
    expect(eBenjaminiHochberg(log([79, 1, 1, 1]), 0.05)).toEqual([])
    expect(eBenjaminiHochberg([], 0.05)).toEqual([])
  })

  test('weights move the threshold of each hypothesis', () => {
    expect(eBenjaminiHochberg(log([25, 25]), 0.05, [0.9, 0.1])).toEqual([0])
    expect(eBenjaminiHochberg(log([25, 25]), 0.05, [0.1, 0.9])).toEqual([1])
    expect(eBenjaminiHochberg(log([25, 1e9]), 0.05, [1, 0])).toEqual([0])
  })

  test('weights that do not fit are refused', () => {
    expect(() => eBenjaminiHochberg([1, 1], 0.05, [0.5])).toThrow(RangeError)
    expect(() => eBenjaminiHochberg([1, 1], 0.05, [0.7, 0.7])).toThrow(RangeError)
    expect(() => eBenjaminiHochberg([1, 1], 0.05, [1.5, -0.5])).toThrow(RangeError)
    expect(() => eBenjaminiHochberg([1, 1], 1)).toThrow(RangeError)
  })

  test('200 cohorts, 4 of them bad: the bad ones are found, the false share stays below alpha', () => {
    const random = createRandom(51)
    const runs = 60
    let falseShare = 0
    let found = 0
    for (let run = 0; run < runs; run++) {
      const logE = Array.from({ length: 200 }, (_, cohort) => {
        const e = harmRateRatio()
        const rate = cohort < 4 ? 0.06 : 0.01
        e.update({
          candidateTotal: 600,
          candidateBad: random.binomial(600, rate),
          baselineTotal: 600,
          baselineBad: random.binomial(600, 0.01),
        })
        return e.logE
      })
      const selected = eBenjaminiHochberg(logE, 0.05)
      const wrong = selected.filter((cohort) => cohort >= 4).length
      falseShare += wrong / Math.max(1, selected.length) / runs
      found += (selected.length - wrong) / 4 / runs
    }
    expect(falseShare, `false share ${falseShare}`).toBeLessThanOrEqual(0.05)
    expect(found, `found ${found}`).toBeGreaterThan(0.5)
  })
})

describe('weighted mean', () => {
  test('is the mean of the e-values, in logarithms, without overflow', () => {
    expect(weightedLogMean([Math.log(2), Math.log(6)], [0.5, 0.5])).toBeCloseTo(Math.log(4), 12)
    expect(weightedLogMean([5000, 0], [0.5, 0.5])).toBeCloseTo(5000 - Math.log(2), 9)
    expect(weightedLogMean([-Infinity, 0], [0.5, 0.5])).toBeCloseTo(-Math.log(2), 12)
  })

  test('unused weight stays on 1; weights above 1 together are scaled down', () => {
    expect(weightedLogMean([Math.log(9)], [0.25])).toBeCloseTo(Math.log(3), 12)
    expect(weightedLogMean([Math.log(2), Math.log(6)], [3, 1])).toBeCloseTo(Math.log(3), 12)
    expect(weightedLogMean([], [])).toBe(0)
  })

  test('weights that do not fit are refused', () => {
    expect(() => weightedLogMean([0], [])).toThrow(RangeError)
    expect(() => weightedLogMean([0], [-1])).toThrow(RangeError)
    expect(() => weightedLogMean([0], [Number.NaN])).toThrow(RangeError)
  })

  test('online weights never sum to more than 1', () => {
    let sum = 0
    for (let k = 1; k <= 100_000; k++) sum += onlineWeight(k)
    expect(sum).toBeLessThan(1)
    expect(sum).toBeGreaterThan(0.9999)
    expect(onlineWeight(1)).toBe(0.5)
    expect(() => onlineWeight(0)).toThrow(RangeError)
  })
})
