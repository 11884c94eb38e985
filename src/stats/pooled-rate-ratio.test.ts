import { expect, test } from 'vitest'
import { clopperPearson } from './clopper-pearson.ts'
import { pooledRateRatio } from './pooled-rate-ratio.ts'
import { createRandom } from './random.ts'

function probability(n: number, k: number, p: number): number {
  let value = p ** k * (1 - p) ** (n - k)
  for (let i = 1; i <= k; i++) value *= (n - k + i) / i
  return value
}

/** The exact expectation of the e-value over all outcomes. */
function expectation(
  margin: number,
  [baselineTotal, baselineRate]: [number, number],
  [candidateTotal, candidateRate]: [number, number],
): number {
  let sum = 0
  for (let baselineBad = 0; baselineBad <= baselineTotal; baselineBad++) {
    for (let candidateBad = 0; candidateBad <= candidateTotal; candidateBad++) {
      const total = { candidateTotal, candidateBad, baselineTotal, baselineBad }
      sum +=
        probability(baselineTotal, baselineBad, baselineRate) *
        probability(candidateTotal, candidateBad, candidateRate) *
        Math.exp(pooledRateRatio(total, margin))
    }
  }
  return sum
}

test('at most 1 on average where the rate rose by the margin or less, above 1 where by far more', () => {
  for (const margin of [1, 2, 3]) {
    for (const rate of [0.001, 0.02, 0.1, 0.3]) {
      for (const within of [1, 0.5]) {
        const candidate = Math.min(1, rate * margin * within)
        expect(expectation(margin, [30, rate], [20, candidate])).toBeLessThanOrEqual(1)
      }
    }
    expect(expectation(margin, [40, 0.02], [40, 0.6])).toBeGreaterThan(10)
  }
})

test('the old version first and the new one afterwards, looked at after each request: never more often than alpha', () => {
  const [alpha, runs, margin] = [0.05, 1000, 2]
  const random = createRandom(3)
  const bad = (rate: number): number => (random.uniform() < rate ? 1 : 0)
  const everAlarms = (ratio: number): number => {
    let alarms = 0
    for (let run = 0; run < runs; run++) {
      const total = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
      let highest = 0
      for (let i = 0; i < 300; i++) {
        if (i < 100 || i % 3 === 0) {
          total.baselineTotal += 1
          total.baselineBad += bad(0.04)
        }
        if (i >= 60) {
          total.candidateTotal += 1
          total.candidateBad += bad(0.04 * ratio)
        }
        highest = Math.max(highest, pooledRateRatio(total, margin))
      }
      if (highest >= Math.log(1 / alpha)) alarms += 1
    }
    return alarms
  }
  expect(clopperPearson(everAlarms(margin), runs, 0.999).low).toBeLessThanOrEqual(alpha)
  expect(everAlarms(10)).toBeGreaterThan(0.9 * runs)
})

test('an empty side says nothing, and impossible counts are refused', () => {
  const some = { candidateTotal: 10, candidateBad: 10, baselineTotal: 0, baselineBad: 0 }
  expect(pooledRateRatio(some, 2)).toBe(0)
  expect(() => pooledRateRatio({ ...some, candidateBad: 11 }, 2)).toThrow(RangeError)
})
