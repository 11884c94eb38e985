import { describe, expect, test } from 'vitest'
import type { ComparisonBlock, EProcess } from './e-process.ts'
import { unitWeightBlock } from './e-process.ts'
import { harmRateRatio, safetyRateRatio } from './rate-ratio-test.ts'

/** All outcomes of a block of independent requests, with their probabilities. */
function* outcomes(
  candidateTotal: number,
  baselineTotal: number,
  candidateRate: number,
  baselineRate: number,
): Generator<{ block: ComparisonBlock; probability: number }> {
  for (let candidateBad = 0; candidateBad <= candidateTotal; candidateBad++) {
    for (let baselineBad = 0; baselineBad <= baselineTotal; baselineBad++) {
      yield {
        block: { candidateTotal, candidateBad, baselineTotal, baselineBad },
        probability:
          binomial(candidateTotal, candidateBad, candidateRate) *
          binomial(baselineTotal, baselineBad, baselineRate),
      }
    }
  }
}

function total(values: number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

function binomial(n: number, k: number, p: number): number {
  let value = p ** k * (1 - p) ** (n - k)
  for (let i = 1; i <= k; i++) value *= (n - k + i) / i
  return value
}

/** The exact expectation of the e-value after two blocks of different shape. */
function expectation(make: () => EProcess, candidateRate: number, baselineRate: number): number {
  let sum = 0
  for (const first of outcomes(3, 5, candidateRate, baselineRate)) {
    for (const second of outcomes(4, 2, candidateRate, baselineRate)) {
      const test = make()
      test.update(first.block)
      test.update(second.block)
      sum += first.probability * second.probability * Math.exp(test.logE)
    }
  }
  return sum
}

describe('the expectation of the e-value, by enumeration', () => {
  for (const margin of [1, 1.5, 3]) {
    test(`harm, ratio at most ${margin}: at most 1 on the margin and inside, above 1 outside`, () => {
      for (const baselineRate of [0.001, 0.02, 0.1, 0.3]) {
        for (const inside of [0.3, 0.8, 1]) {
          const rate = Math.min(1, baselineRate * margin * inside)
          const value = expectation(() => harmRateRatio({ margin }), rate, baselineRate)
          expect(value, `rate ${baselineRate}, ${inside} of the margin`).toBeLessThanOrEqual(
            1 + 1e-12,
          )
        }
      }
      expect(expectation(() => harmRateRatio({ margin }), 0.03 * margin, 0.01)).toBeGreaterThan(1)
    })

    test(`safety, ratio at least ${margin}: at most 1 on the margin and inside, above 1 outside`, () => {
      for (const baselineRate of [0.001, 0.02, 0.1, 0.3]) {
        for (const inside of [1, 1.1, 3]) {
          const rate = Math.min(1, baselineRate * margin * inside)
          if (rate < baselineRate * margin) continue
          const value = expectation(() => safetyRateRatio({ margin }), rate, baselineRate)
          expect(value, `rate ${baselineRate}, ${inside}x the margin`).toBeLessThanOrEqual(
            1 + 1e-12,
          )
        }
      }
      expect(expectation(() => safetyRateRatio({ margin }), 0.005, 0.1)).toBeGreaterThan(1)
    })
  }

  test('weights of at most 1 keep it; weights above 1 break it until they are divided out', () => {
    const rate = 0.1
    const candidate = [1, 0.3, 0.7]
    const baseline = [0.2, 1, 1]
    const expected = (scale: number, largest: number): number => {
      let sum = 0
      for (let bits = 0; bits < 64; bits++) {
        const bad = [...candidate, ...baseline].map(
          (weight, i) => ((bits >> i) & 1) * weight * scale,
        )
        const failures = bad.filter((value) => value > 0).length
        const test = harmRateRatio()
        test.update(
          unitWeightBlock(
            {
              candidateTotal: total(candidate) * scale,
              candidateBad: total(bad.slice(0, 3)),
              baselineTotal: total(baseline) * scale,
              baselineBad: total(bad.slice(3)),
            },
            largest,
          ),
        )
        sum += rate ** failures * (1 - rate) ** (6 - failures) * Math.exp(test.logE)
      }
      return sum
    }
    expect(expected(1, 1)).toBeLessThanOrEqual(1)
    expect(expected(20, 1)).toBeGreaterThan(1)
    expect(expected(20, 20)).toBeCloseTo(expected(1, 1), 12)
  })
})

describe('behaviour', () => {
  const block = { candidateTotal: 100, candidateBad: 5, baselineTotal: 300, baselineBad: 1 }

  test('one alternative is the likelihood ratio of the share of failures', () => {
    const e = harmRateRatio({ grid: [3] })
    e.update(block)
    // share 1/4: theta(3) = 3/6, theta(1) = 1/4
    expect(e.logE).toBeCloseTo(5 * Math.log(0.5 / 0.25) + Math.log(0.5 / 0.75), 12)
  })

  test('the share may change: the order of blocks does not matter, their shares do', () => {
    const other = { candidateTotal: 300, candidateBad: 2, baselineTotal: 100, baselineBad: 2 }
    const forwards = harmRateRatio()
    const backwards = harmRateRatio()
    for (const b of [block, other]) forwards.update(b)
    for (const b of [other, block]) backwards.update(b)
    expect(forwards.logE).toBeCloseTo(backwards.logE, 10)
    const pooled = harmRateRatio()
    pooled.update({ candidateTotal: 400, candidateBad: 7, baselineTotal: 400, baselineBad: 3 })
    expect(Math.abs(forwards.logE - pooled.logE)).toBeGreaterThan(0.1)
  })

  test('blocks with an empty side or no failure change nothing', () => {
    const e = harmRateRatio()
    e.update({ candidateTotal: 10, candidateBad: 10, baselineTotal: 0, baselineBad: 0 })
    e.update({ candidateTotal: 0, candidateBad: 0, baselineTotal: 10, baselineBad: 10 })
    e.update({ candidateTotal: 10, candidateBad: 0, baselineTotal: 10, baselineBad: 0 })
    expect([e.logE, e.maxLogE]).toEqual([0, 0])
  })

  test('the maximum stays when the evidence falls again', () => {
    const e = harmRateRatio()
    e.update({ candidateTotal: 100, candidateBad: 20, baselineTotal: 100, baselineBad: 1 })
    const peak = e.logE
    e.update({ candidateTotal: 100, candidateBad: 1, baselineTotal: 100, baselineBad: 60 })
    expect(e.logE).toBeLessThan(peak)
    expect(e.maxLogE).toBe(peak)
  })

  test('impossible counts are refused and leave the evidence as it was', () => {
    const e = harmRateRatio()
    e.update(block)
    const before = e.logE
    for (const wrong of [
      { ...block, candidateBad: 101 },
      { ...block, baselineBad: -1 },
      { ...block, baselineBad: Number.NaN },
      { ...block, candidateTotal: Infinity },
    ]) {
      expect(() => e.update(wrong)).toThrow(RangeError)
    }
    expect(e.logE).toBe(before)
    expect(() => harmRateRatio({ margin: 0 })).toThrow(RangeError)
    expect(() => safetyRateRatio({ grid: [0.5, -1] })).toThrow(RangeError)
  })

  test('a margin beyond the grid still has an alternative', () => {
    const e = harmRateRatio({ margin: 200 })
    e.update({ candidateTotal: 1000, candidateBad: 900, baselineTotal: 1000, baselineBad: 1 })
    expect(e.logE).toBeGreaterThan(0)
  })
})
