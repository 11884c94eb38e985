/** How soon the tests speak, against the figures they were designed for; tolerances are said at each. */
import { describe, expect, test } from 'vitest'
import { harmOddsRatio, safetyOddsRatio, safetyRateDifference } from './bernoulli-blocks.ts'
import type { EProcess } from './e-process.ts'
import {
  failuresToFinding,
  failuresToProceed,
  requestsToFindingOddsRatio,
  requestsToProceedOddsRatio,
  requestsToProceedRateDifference,
} from './evidence-needed.ts'
import { minimumDetectableRatio } from './minimum-detectable-effect.ts'
import { createRandom } from './random.ts'
import { harmRateRatio, safetyRateRatio } from './rate-ratio-test.ts'
import { type SimulatedRelease, simulateBlocks } from './simulate-blocks.ts'

/** Share of runs that alarm within the looks, and the median minute. */
function simulate(
  make: () => EProcess,
  release: SimulatedRelease,
  { runs = 400, looks = 60, alpha = 0.05, seed = 8 } = {},
): { power: number; median: number } {
  const random = createRandom(seed)
  const minutes = Array.from({ length: runs }, () => {
    const e = make()
    const blocks = simulateBlocks(random, release, looks)
    const minute = blocks.findIndex((block) => {
      e.update(block)
      return e.logE >= Math.log(1 / alpha)
    })
    return minute < 0 ? Infinity : minute + 1
  }).toSorted((a, b) => a - b)
  return {
    power: minutes.filter((minute) => minute < Infinity).length / runs,
    median: minutes[runs / 2]!,
  }
}

describe('harm: 100 requests a minute on each side, an hour, alpha 5 %', () => {
  // expected power within 6 points, expected median minute within 5
  const cases = [
    { baselineRate: 0.001, ratio: 3, power: 0.49, minutes: [30, Infinity] },
    { baselineRate: 0.001, ratio: 5, power: 0.94, minutes: [17, 27] },
    { baselineRate: 0.001, ratio: 10, power: 1, minutes: [5, 13] },
    { baselineRate: 0.01, ratio: 2, power: 0.96, minutes: [17, 27] },
    { baselineRate: 0.01, ratio: 3, power: 1, minutes: [5, 13] },
  ]
  for (const { baselineRate, ratio, minutes, ...expected } of cases) {
    test(`${baselineRate * 100} % failures, ${ratio} times more in the candidate`, () => {
      const release = { requests: 200, baselineRate, candidateRate: baselineRate * ratio }
      for (const make of [harmRateRatio, harmOddsRatio]) {
        const { power, median } = simulate(() => make(), release)
        expect(Math.abs(power - expected.power), `${make.name}: power ${power}`).toBeLessThan(0.06)
        expect(median, `${make.name}: median`).toBeGreaterThanOrEqual(minutes[0]!)
        expect(median, `${make.name}: median`).toBeLessThanOrEqual(minutes[1]!)
      }
    })
  }

  test('through a ramp and a burst, 400 requests a minute, 0.5 %', () => {
    const share = (i: number): number => (i < 20 ? 0.05 : i < 40 ? 0.25 : 0.5)
    const burst = (i: number): number => (i >= 25 && i < 35 ? 4 : 1)
    const release = { requests: 400, baselineRate: 0.005, share, burst }
    const five = simulate(() => harmRateRatio(), { ...release, candidateRate: 0.025 })
    expect(five.power).toBeGreaterThan(0.98)
    expect(five.median, `median ${five.median}`).toBeLessThanOrEqual(16)
    const two = simulate(() => harmRateRatio(), { ...release, candidateRate: 0.01 })
    expect(two.power, `power ${two.power}`).toBeGreaterThan(0.9)
  })

  test('where failures are common, odds see what rates cannot', () => {
    const release = { requests: 40, baselineRate: 0.6, candidateRate: 0.75 }
    const odds = simulate(() => harmOddsRatio(), release)
    const rates = simulate(() => harmRateRatio(), release)
    expect(odds.median, `odds ${odds.median}, rates ${rates.median}`).toBeLessThan(rates.median / 2)
  })
})

describe('safety: failures until "proceed" when nothing changed, alpha 5 %', () => {
  // median failures; simulation within 25 % of them (400 runs), the formula within 40 %
  const table = [
    { share: 0.5, margin: 1.5, median: 134 },
    { share: 0.5, margin: 2, median: 47 },
    { share: 0.5, margin: 3, median: 20 },
    { share: 0.1, margin: 1.5, median: 308 },
    { share: 0.1, margin: 2, median: 94 },
    { share: 0.1, margin: 3, median: 36 },
    { share: 0.05, margin: 2, median: 184 },
    { share: 0.05, margin: 3, median: 56 },
  ]
  for (const { share, margin, median } of table) {
    test(`a share of ${share * 100} %, margin ${margin}: about ${median}`, () => {
      const random = createRandom(12)
      const failures = Array.from({ length: 400 }, () => {
        const e = safetyRateRatio({ margin })
        for (let count = 1; count <= 2000; count++) {
          const candidateBad = random.uniform() < share ? 1 : 0
          e.update({
            candidateTotal: 1000 * share,
            candidateBad,
            baselineTotal: 1000 * (1 - share),
            baselineBad: 1 - candidateBad,
          })
          if (e.logE >= Math.log(20)) return count
        }
        return Infinity
      }).toSorted((a, b) => a - b)
      const measured = failures[200]!
      expect(Math.abs(measured / median - 1), `measured ${measured}`).toBeLessThan(0.25)
      const formula = failuresToProceed({ candidateShare: share, margin, alpha: 0.05 })
      expect(Math.abs(formula / median - 1), `formula ${formula}`).toBeLessThan(0.4)
    })
  }

  test('evidence already there shortens the rest, down to nothing', () => {
    const goal = { candidateShare: 0.5, margin: 2, alpha: 0.05 }
    expect(failuresToProceed({ ...goal, logE: 1.5 })).toBeLessThan(failuresToProceed(goal))
    expect(failuresToProceed({ ...goal, logE: 4 })).toBe(0)
  })

  test('what is wrong is never proven to be safe, and what is right is no finding', () => {
    const goal = { candidateShare: 0.5, alpha: 0.05, rate: 0.02 }
    expect(failuresToProceed({ ...goal, margin: 2, ratio: 2 })).toBe(Infinity)
    expect(requestsToProceedOddsRatio({ ...goal, margin: 2, ratio: 2.5 })).toBe(Infinity)
    expect(requestsToProceedRateDifference({ ...goal, delta: 0.005, ratio: 1.25 })).toBe(Infinity)
    expect(failuresToFinding({ ...goal, margin: 1.25, ratio: 1.25 })).toBe(Infinity)
    expect(requestsToFindingOddsRatio({ ...goal, margin: 1.5, ratio: 1.4 })).toBe(Infinity)
    // a rise within the margin takes longer to be proven than none
    const none = failuresToProceed({ ...goal, margin: 2 })
    expect(failuresToProceed({ ...goal, margin: 2, ratio: 1.4 })).toBeGreaterThan(2 * none)
    expect(failuresToProceed({ ...goal, margin: 2, ratio: 1 })).toBe(none)
  })

  test('requests until a rise is a finding: formula within 60 % of simulation', () => {
    for (const share of [0.1, 0.5]) {
      const rise = { requests: 100, baselineRate: 0.02, candidateRate: 0.06, share: () => share }
      const looks = 400
      const median = simulate(() => harmRateRatio({ margin: 1.25 }), rise, { looks, runs: 200 })
      const goal = { candidateShare: share, alpha: 0.05, ratio: 3 }
      const failures = failuresToFinding({ ...goal, margin: 1.25 })
      const off = failures / (100 * median.median * 0.02 * (1 + 2 * share))
      expect(off, `failures over simulation ${off}`).toBeGreaterThan(1 / 1.6)
      expect(off, `failures over simulation ${off}`).toBeLessThan(1.6)
      const slower = { ...rise, baselineRate: 0.1, candidateRate: 0.25 }
      const odds = simulate(() => harmOddsRatio({ margin: 1.5 }), slower, { looks, runs: 200 })
      const requests = requestsToFindingOddsRatio({ ...goal, margin: 1.5, rate: 0.1 })
      const oddsOff = requests / (100 * odds.median)
      expect(oddsOff, `requests over simulation ${oddsOff}`).toBeGreaterThan(1 / 1.6)
      expect(oddsOff, `requests over simulation ${oddsOff}`).toBeLessThan(1.6)
    }
  })

  test('requests until odds and differences are shown to be safe: formula within 60 % of simulation', () => {
    const release = { requests: 100, baselineRate: 0.2 }
    const looks = 200
    const odds = simulate(() => safetyOddsRatio({ margin: 1.5 }), release, { looks, runs: 200 })
    const difference = simulate(() => safetyRateDifference({ delta: 0.05 }), release, {
      looks,
      runs: 200,
    })
    const goal = { candidateShare: 0.5, alpha: 0.05, rate: 0.2 }
    const oddsRequests = requestsToProceedOddsRatio({ ...goal, margin: 1.5 })
    const differenceRequests = requestsToProceedRateDifference({ ...goal, delta: 0.05 })
    const off = (formula: number, median: number): number => formula / (100 * median)
    for (const ratio of [
      off(oddsRequests, odds.median),
      off(differenceRequests, difference.median),
    ]) {
      expect(ratio, `formula over simulation ${ratio}`).toBeGreaterThan(1 / 1.6)
      expect(ratio, `formula over simulation ${ratio}`).toBeLessThan(1.6)
    }
  })
})

describe('minimum detectable effect', () => {
  // the table was searched in steps of 18 % and rounded up
  const table = [
    { share: 0.5, rate: 0.0005, ratios: [23, 4.5, 2.0] },
    { share: 0.5, rate: 0.005, ratios: [4.5, 2.0, 1.45] },
    { share: 0.5, rate: 0.05, ratios: [2.0, 1.45, 1.23] },
    { share: 0.1, rate: 0.0005, ratios: [43, 8.6, 2.8] },
    { share: 0.1, rate: 0.005, ratios: [8.6, 2.8, 1.45] },
  ]
  test('within 25 % of the table', () => {
    for (const { share, rate, ratios } of table) {
      ratios.forEach((expected, i) => {
        const requests = [2_000, 20_000, 200_000][i]!
        const plan = { requests, baselineRate: rate, candidateShare: share, alpha: 0.05 }
        const ratio = minimumDetectableRatio(plan)!
        const off = Math.abs(ratio / expected - 1)
        expect(off, `${requests} at ${rate}: ${ratio} for ${expected}`).toBeLessThan(0.25)
      })
    }
  })

  test('an effect of that size is found at least as often as promised, a quarter of it is not', () => {
    for (const { share, rate } of [
      { share: 0.5, rate: 0.005 },
      { share: 0.1, rate: 0.05 },
    ]) {
      const requests = 20_000
      const plan = { requests, baselineRate: rate, candidateShare: share, alpha: 0.05 }
      const ratio = minimumDetectableRatio(plan)!
      const run = (r: number): number =>
        simulate(() => harmRateRatio(), {
          requests: Math.round(requests / 60),
          baselineRate: rate,
          candidateRate: rate * r,
          share: () => share,
        }).power
      expect(run(ratio), `at ${ratio}`).toBeGreaterThan(0.75)
      expect(run(1 + (ratio - 1) / 4), `at a quarter of ${ratio}`).toBeLessThan(0.5)
    }
  })

  test('null where nothing would have been seen', () => {
    const plan = { requests: 20, baselineRate: 0.001, candidateShare: 0.5, alpha: 0.01 }
    expect(minimumDetectableRatio(plan)).toBeNull()
    expect(minimumDetectableRatio({ ...plan, requests: 0 })).toBeNull()
    expect(minimumDetectableRatio({ ...plan, candidateShare: 1 })).toBeNull()
    // failures cannot be more than all requests
    expect(minimumDetectableRatio({ ...plan, requests: 100_000, baselineRate: 0.9 })).toBeLessThan(
      1 / 0.9,
    )
  })
})
