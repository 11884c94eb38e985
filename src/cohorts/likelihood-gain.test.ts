import { expect, test } from 'vitest'
import { candidateGain, likelihoodGain, priorRows, restOddsRatio } from './likelihood-gain.ts'

test('the gain is the log-likelihood ratio of two binomials', () => {
  // baseline 10 of 1000 and 20 more rows at 1 %; candidate 20 of 200
  const log = (bad: number, total: number): number =>
    bad * Math.log(bad / total) + (total - bad) * Math.log(1 - bad / total)
  const expected = log(20, 200) + log(10.2, 1020) - log(30.2, 1220)
  expect(priorRows).toBe(20)
  expect(likelihoodGain(20, 200, 10, 1000, 0.01, 1)).toBeCloseTo(expected, 9)
})

test('a candidate that is not worse gains nothing', () => {
  expect(likelihoodGain(2, 200, 10, 1000, 0.01, 1)).toBe(0)
  expect(candidateGain(1, 200, 10, 1000, 0.01, 1)).toBe(0)
})

test('what the rest explains is not gained', () => {
  const alone = likelihoodGain(40, 400, 50, 1000, 0.05, 1)
  expect(alone).toBeGreaterThan(4)
  expect(likelihoodGain(40, 400, 50, 1000, 0.05, 2)).toBeLessThan(0.3)
})

test('an empty baseline claims little', () => {
  expect(likelihoodGain(4, 4, 0, 0, 0.2, 1)).toBeLessThan(4 * Math.log(5) - 1)
  expect(likelihoodGain(4, 4, 0, 400, 0.001, 1)).toBeGreaterThan(15)
})

test('all bad, none bad and no rows are finite', () => {
  for (const [bad, total] of [
    [0, 0],
    [5, 5],
    [0, 5],
  ] as const) {
    expect(likelihoodGain(bad, total, 0, 0, 1e-6, 1)).toBeGreaterThanOrEqual(0)
    expect(Number.isFinite(candidateGain(bad, total, 0, 0, 1e-6, 3))).toBe(true)
  }
})

test('the odds ratio of the rest is never below one, and tends to what is expected', () => {
  expect(restOddsRatio(5, 1000, 50, 1000, 1)).toBe(1)
  expect(restOddsRatio(400, 1000, 200, 1000, 1)).toBeCloseTo(400 / 600 / (200 / 800), 1)
  expect(restOddsRatio(0, 0, 0, 0, 3)).toBeGreaterThan(1.5)
})
