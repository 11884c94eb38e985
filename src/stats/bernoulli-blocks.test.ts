import { describe, expect, test } from 'vitest'
import { harmOddsRatio, safetyOddsRatio, safetyRateDifference } from './bernoulli-blocks.ts'
import {
  multiplyOdds,
  projectOntoDifference,
  projectOntoOddsRatio,
} from './bernoulli-projection.ts'
import { conditionalLogLikelihoods } from './conditional-odds-ratio.ts'
import type { EProcess } from './e-process.ts'

function binomial(n: number, k: number, p: number): number {
  let value = p ** k * (1 - p) ** (n - k)
  for (let i = 1; i <= k; i++) value *= (n - k + i) / i
  return value
}

/** The exact expectation of the e-value after two blocks: 3 + 5 requests at these rates, 4 + 2 at others. */
function expectation(
  make: () => EProcess,
  [firstCandidate, firstBaseline]: readonly [number, number],
  [secondCandidate, secondBaseline]: readonly [number, number],
): number {
  let sum = 0
  for (let a = 0; a <= 3; a++) {
    for (let b = 0; b <= 5; b++) {
      const first = binomial(3, a, firstCandidate) * binomial(5, b, firstBaseline)
      for (let c = 0; c <= 4; c++) {
        for (let d = 0; d <= 2; d++) {
          const e = make()
          e.update({ candidateTotal: 3, candidateBad: a, baselineTotal: 5, baselineBad: b })
          e.update({ candidateTotal: 4, candidateBad: c, baselineTotal: 2, baselineBad: d })
          const second = binomial(4, c, secondCandidate) * binomial(2, d, secondBaseline)
          sum += first * second * Math.exp(e.logE)
        }
      }
    }
  }
  return sum
}

const rates = [0.001, 0.01, 0.05, 0.2, 0.5, 0.6, 0.9, 0.99]

describe('odds ratio: the expectation of the e-value, by enumeration', () => {
  for (const margin of [0.5, 1, 1.5, 3]) {
    test(`harm, odds ratio at most ${margin}`, () => {
      for (const rate of rates) {
        for (const inside of [0.01, 0.5, 0.9, 1]) {
          // the shared rate moves between the blocks
          const later = rate / 2
          const value = expectation(
            () => harmOddsRatio({ margin }),
            [multiplyOdds(rate, margin * inside), rate],
            [multiplyOdds(later, margin), later],
          )
          expect(value, `rate ${rate}, ${inside} of the margin`).toBeLessThanOrEqual(1 + 1e-12)
        }
      }
      const harmful: [number, number] = [multiplyOdds(0.3, margin * 4), 0.3]
      expect(expectation(() => harmOddsRatio({ margin }), harmful, harmful)).toBeGreaterThan(1.2)
    })

    test(`safety, odds ratio at least ${margin}`, () => {
      for (const rate of rates) {
        for (const inside of [1, 1.1, 2, 100]) {
          const later = rate / 2
          const value = expectation(
            () => safetyOddsRatio({ margin }),
            [multiplyOdds(rate, margin * inside), rate],
            [multiplyOdds(later, margin), later],
          )
          expect(value, `rate ${rate}, ${inside}x the margin`).toBeLessThanOrEqual(1 + 1e-12)
        }
      }
      const safe: [number, number] = [multiplyOdds(0.5, margin / 5), 0.5]
      expect(expectation(() => safetyOddsRatio({ margin }), safe, safe)).toBeGreaterThan(1.1)
    })
  }

  test('on the margin it is exactly 1 when every total carries information in expectation', () => {
    const pair: [number, number] = [multiplyOdds(0.4, 2), 0.4]
    expect(expectation(() => safetyOddsRatio({ margin: 2 }), pair, pair)).toBeCloseTo(1, 10)
    expect(expectation(() => harmOddsRatio({ margin: 2 }), pair, pair)).toBeCloseTo(1, 10)
  })
})

describe('difference of rates', () => {
  for (const delta of [0.005, 0.05, 0.3]) {
    test(`safety, difference at least ${delta}: the expectation is at most 1 all over the null`, () => {
      for (const baseline of [0.0001, 0.01, 0.1, 0.4, 0.65]) {
        for (const candidate of [baseline + delta, Math.min(1, baseline + delta * 1.5), 1]) {
          const value = expectation(
            () => safetyRateDifference({ delta }),
            [candidate, baseline],
            [baseline / 2 + delta, baseline / 2],
          )
          expect(value, `${baseline} and ${candidate}`).toBeLessThanOrEqual(1 + 1e-9)
        }
      }
    })
  }

  test('the expectation is above 1 for equal rates', () => {
    expect(
      expectation(() => safetyRateDifference({ delta: 0.3 }), [0.1, 0.1], [0.1, 0.1]),
    ).toBeGreaterThan(1.1)
  })

  test('one block alone can already speak', () => {
    for (const rate of [0.002, 0.2, 0.7]) {
      const e = safetyRateDifference({ delta: 0.1 })
      e.update({
        candidateTotal: 2000,
        candidateBad: 2000 * rate,
        baselineTotal: 2000,
        baselineBad: 2000 * rate,
      })
      expect(e.logE, `rate ${rate}`).toBeGreaterThan(Math.log(20))
    }
    // a guess far off would stay near 0
    const rare = safetyRateDifference({ delta: 0.01 })
    rare.update({ candidateTotal: 5000, candidateBad: 10, baselineTotal: 5000, baselineBad: 10 })
    expect(rare.logE).toBeGreaterThan(10)
  })

  test('a delta outside (0, 1) is refused', () => {
    for (const delta of [0, 1, -0.1, Number.NaN]) {
      expect(() => safetyRateDifference({ delta })).toThrow(RangeError)
    }
  })
})

describe('projections', () => {
  test('with margin 1 the projection is the pooled rate of the text', () => {
    const p = projectOntoOddsRatio({ baseline: 0.01, candidate: 0.05 }, 300, 100, 1)
    expect(p.baseline).toBeCloseTo((300 * 0.01 + 100 * 0.05) / 400, 14)
    expect(p.candidate).toBeCloseTo(p.baseline, 14)
  })

  test('both are the nearest point of their boundary', () => {
    const q = { baseline: 0.2, candidate: 0.25 }
    const divergence = (p: { baseline: number; candidate: number }): number =>
      40 * kl(q.baseline, p.baseline) + 10 * kl(q.candidate, p.candidate)
    for (const margin of [0.3, 1, 2.5]) {
      const nearest = projectOntoOddsRatio(q, 40, 10, margin)
      expect(nearest.candidate).toBeCloseTo(multiplyOdds(nearest.baseline, margin), 12)
      for (const step of [-1e-3, 1e-3]) {
        const baseline = nearest.baseline + step
        const neighbour = { baseline, candidate: multiplyOdds(baseline, margin) }
        expect(divergence(neighbour)).toBeGreaterThan(divergence(nearest))
      }
    }
    for (const delta of [-0.1, 0.02, 0.4]) {
      const nearest = projectOntoDifference(q, 40, 10, delta)
      for (const step of [-1e-3, 1e-3]) {
        const baseline = nearest.baseline + step
        expect(divergence({ baseline, candidate: baseline + delta })).toBeGreaterThan(
          divergence(nearest),
        )
      }
    }
  })
})

describe('conditional likelihoods', () => {
  test('are the noncentral hypergeometric distribution', () => {
    // nT = 3, nC = 4, k = 3: weights C(3,x) C(4,3-x) = 4, 18, 12, 1
    const weights = [4, 18, 12, 1]
    const oddsRatios = [0.5, 1, 2, 50]
    const z = oddsRatios.map((psi) => weights.reduce((sum, w, x) => sum + w * psi ** x, 0))
    for (let x = 0; x <= 3; x++) {
      const out = new Float64Array(4)
      const block = { candidateTotal: 3, candidateBad: x, baselineTotal: 4, baselineBad: 3 - x }
      conditionalLogLikelihoods(block, oddsRatios, out)
      for (let i = 1; i < 4; i++) {
        const expected = Math.log((oddsRatios[i]! / oddsRatios[0]!) ** x * (z[0]! / z[i]!))
        expect(out[i]! - out[0]!).toBeCloseTo(expected, 10)
      }
    }
  })

  test('blocks of millions neither overflow nor lose digits', () => {
    const e = harmOddsRatio({ grid: [1.1] })
    e.update({ candidateTotal: 4e6, candidateBad: 1.2e6, baselineTotal: 4e6, baselineBad: 1.2e6 })
    // large samples: -(log 1.1)^2 / 2 times the information nT nC p (1-p) / n
    const information = (4e6 * 4e6 * 0.3 * 0.7) / 8e6
    expect(e.logE / (-0.5 * Math.log(1.1) ** 2 * information)).toBeCloseTo(1, 1)
  })

  test('fractions of weighted counts are carried, not lost', () => {
    const split = harmOddsRatio()
    const whole = harmOddsRatio()
    for (let i = 0; i < 10; i++) {
      split.update({
        candidateTotal: 10.5,
        candidateBad: 0.5,
        baselineTotal: 20.5,
        baselineBad: 0.5,
      })
    }
    whole.update({ candidateTotal: 105, candidateBad: 5, baselineTotal: 205, baselineBad: 5 })
    expect(split.logE).toBeCloseTo(whole.logE, 0)
    expect(split.logE).not.toBe(0)
  })
})

function kl(q: number, p: number): number {
  return q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p))
}
