import { expect, test } from 'vitest'
import { clopperPearson } from './clopper-pearson.ts'
import { createRandom } from './random.ts'
import { sampleRatioTest } from './sample-ratio-test.ts'

test('its expectation is exactly 1 under the declared share, by enumeration', () => {
  const n = 12
  for (const share of [0.01, 0.2, 0.5]) {
    let sum = 0
    let ways = 1
    for (let k = 0; k <= n; k++) {
      const probability = ways * share ** k * (1 - share) ** (n - k)
      sum += probability * Math.exp(sampleRatioTest(k, n - k, share).logE)
      ways = (ways * (n - k)) / (k + 1)
    }
    expect(sum).toBeCloseTo(1, 9)
  }
})

test('looked at again and again, it alarms at most alpha of the time', () => {
  const random = createRandom(41)
  const runs = 1000
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    let candidate = 0
    let total = 0
    for (let look = 0; look < 60; look++) {
      candidate += random.binomial(100, 0.2)
      total += 100
      if (sampleRatioTest(candidate, total - candidate, 0.2).logE >= Math.log(20)) {
        alarms++
        break
      }
    }
  }
  expect(clopperPearson(alarms, runs, 0.999).low, `${alarms} of ${runs}`).toBeLessThanOrEqual(0.05)
})

test('sees a clear mismatch, large and small, in both directions', () => {
  const limit = Math.log(1000)
  expect(sampleRatioTest(60, 20, 0.5).logE).toBeGreaterThan(limit)
  expect(sampleRatioTest(20, 60, 0.5).logE).toBeGreaterThan(limit)
  expect(sampleRatioTest(505_000, 495_000, 0.5).logE).toBeGreaterThan(limit)
  expect(sampleRatioTest(500_300, 499_700, 0.5).logE).toBeLessThan(0)
  expect(sampleRatioTest(0, 0, 0.5).logE).toBeCloseTo(0, 12)
})

test('impossible input is refused', () => {
  expect(() => sampleRatioTest(1, 1, 0)).toThrow(RangeError)
  expect(() => sampleRatioTest(-1, 1, 0.5)).toThrow(RangeError)
})
