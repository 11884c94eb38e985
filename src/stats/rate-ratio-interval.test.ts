import { expect, test } from 'vitest'
import { clopperPearson } from './clopper-pearson.ts'
import { createRandom } from './random.ts'
import { rateRatioInterval } from './rate-ratio-interval.ts'
import { simulateBlocks } from './simulate-blocks.ts'

const alpha = 0.05

test('covers the ratio at every one of many looks, through a ramp and a burst', () => {
  const random = createRandom(21)
  for (const ratio of [0.5, 1, 3]) {
    const runs = 200
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const blocks = simulateBlocks(
        random,
        {
          requests: 500,
          baselineRate: 0.01,
          candidateRate: 0.01 * ratio,
          share: (i) => (i < 10 ? 0.1 : 0.4),
          burst: (i) => (i > 5 && i < 15 ? 3 : 1),
        },
        40,
      )
      const outside = [2, 5, 10, 15, 20, 30, 40].some((looks) => {
        const { low, high } = rateRatioInterval(blocks.slice(0, looks), alpha)
        return (low !== null && low > ratio) || (high !== null && high < ratio)
      })
      if (outside) missed++
    }
    const { low } = clopperPearson(missed, runs, 0.999)
    expect(low, `ratio ${ratio}: missed in ${missed} of ${runs}`).toBeLessThanOrEqual(alpha)
  }
})

test('is narrow enough to be useful, and contains its estimate', () => {
  const block = {
    candidateTotal: 50_000,
    candidateBad: 1500,
    baselineTotal: 50_000,
    baselineBad: 500,
  }
  const { ratio, low, high } = rateRatioInterval([block], alpha)
  expect(ratio).toBeCloseTo(3, 6)
  // a fixed-time 95 % interval is about 2.71 to 3.32
  expect(low).toBeGreaterThan(2.4)
  expect(low).toBeLessThan(2.75)
  expect(high).toBeGreaterThan(3.3)
  expect(high).toBeLessThan(3.7)
})

test('a burst that falls into a ramp does not bend the estimate', () => {
  const quiet = { candidateTotal: 1000, candidateBad: 20, baselineTotal: 9000, baselineBad: 90 }
  const burst = { candidateTotal: 5000, candidateBad: 800, baselineTotal: 5000, baselineBad: 400 }
  expect(rateRatioInterval([quiet, burst], alpha).ratio).toBeCloseTo(2, 6)
})

test('open ends: no failures on a side, or too few to say', () => {
  const block = { candidateTotal: 1000, candidateBad: 40, baselineTotal: 1000, baselineBad: 0 }
  const noBaseline = rateRatioInterval([block], alpha)
  expect(noBaseline.ratio).toBeNull()
  expect(noBaseline.high).toBeNull()
  expect(noBaseline.low).toBeGreaterThan(3)
  const noCandidate = rateRatioInterval([{ ...block, candidateBad: 0, baselineBad: 40 }], alpha)
  expect(noCandidate.ratio).toBe(0)
  expect(noCandidate.low).toBeNull()
  expect(noCandidate.high).toBeLessThan(0.35)
  expect(rateRatioInterval([], alpha)).toEqual({ ratio: null, low: null, high: null })
  const scarce = rateRatioInterval([{ ...block, candidateBad: 1, baselineBad: 1 }], alpha)
  expect(scarce.low ?? 0).toBeLessThan(0.05)
  expect(scarce.high ?? Infinity).toBeGreaterThan(20)
})

test('impossible input is refused', () => {
  const block = { candidateTotal: 1, candidateBad: 2, baselineTotal: 1, baselineBad: 0 }
  expect(() => rateRatioInterval([block], alpha)).toThrow(RangeError)
  expect(() => rateRatioInterval([], 0)).toThrow(RangeError)
})
