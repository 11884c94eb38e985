import { expect, test } from 'vitest'
import { commonOddsRatio, commonRateRatio } from './common-ratio.ts'
import type { ComparisonBlock } from './e-process.ts'

const block = (
  candidateTotal: number,
  candidateRate: number,
  baselineTotal: number,
  baselineRate: number,
): ComparisonBlock => ({
  candidateTotal,
  candidateBad: candidateTotal * candidateRate,
  baselineTotal,
  baselineBad: baselineTotal * baselineRate,
})

test('neither a ramp nor a burst that hits both sides changes the ratio', () => {
  const blocks = [
    block(100, 0.02, 900, 0.01),
    block(500, 0.08, 500, 0.04),
    block(900, 0.02, 100, 0.01),
  ]
  expect(commonRateRatio(blocks)).toBeCloseTo(2, 9)
  const odds = (rate: number): number => (2 * rate) / (1 + rate)
  const slow = [block(100, odds(0.5), 900, 0.5), block(900, odds(0.1), 100, 0.1)]
  expect(commonOddsRatio(slow)).toBeCloseTo(2, 9)
})

test('what one side alone has seen says nothing; without failures of the baseline there is no ratio', () => {
  expect(commonRateRatio([block(100, 0.02, 100, 0.02), block(100, 0.5, 0, 0)])).toBe(1)
  expect(commonRateRatio([block(100, 0.02, 100, 0)])).toBeNull()
  expect(commonRateRatio([])).toBeNull()
  expect(commonRateRatio([block(100, 0, 100, 0.1)])).toBe(0)
})
