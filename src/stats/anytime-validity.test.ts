/**
 * Seeded simulation of releases that are looked at after each of 60 intervals: how often does the evidence ever reach
 * 1/alpha while the null hypothesis is true? The measured share is judged with its exact 99.9 % interval. Whether the
 * expectation is at most 1 is enumerated exactly beside each test; here it is the whole procedure.
 */
import { describe, expect, test } from 'vitest'
import { harmOddsRatio, safetyOddsRatio, safetyRateDifference } from './bernoulli-blocks.ts'
import { multiplyOdds } from './bernoulli-projection.ts'
import { clopperPearson } from './clopper-pearson.ts'
import type { EProcess } from './e-process.ts'
import { createRandom } from './random.ts'
import { harmRateRatio, safetyRateRatio } from './rate-ratio-test.ts'
import { type SimulatedRelease, simulateBlocks } from './simulate-blocks.ts'

const alpha = 0.05
const looks = 60
const runs = 400

function alarms(make: () => EProcess, release: SimulatedRelease, seed: number): number {
  const random = createRandom(seed)
  let count = 0
  for (let run = 0; run < runs; run++) {
    const e = make()
    for (const block of simulateBlocks(random, release, looks)) e.update(block)
    if (e.maxLogE >= Math.log(1 / alpha)) count++
  }
  return count
}

/** The cases whose measured share of alarms contradicts alpha. */
function violations(counts: Record<string, number>): string[] {
  return Object.entries(counts)
    .filter(([, count]) => clopperPearson(count, runs, 0.999).low > alpha)
    .map(([what, count]) => `${what}: ${count} of ${runs} runs alarmed`)
}

const baseRates = [0.001, 0.01, 0.2, 0.6]
const ramp = (interval: number): number => (interval < 20 ? 0.05 : interval < 40 ? 0.25 : 0.5)
const burst = (interval: number): number => (interval >= 25 && interval < 35 ? 4 : 1)
const traffic: Record<string, Pick<SimulatedRelease, 'share' | 'burst'>> = {
  'equal shares': {},
  'a share of 10 %': { share: () => 0.1 },
  'a ramp from 5 to 50 %': { share: ramp },
}

describe('never more false alarms than alpha, whatever the looks', () => {
  for (const [name, shape] of Object.entries(traffic)) {
    for (const baselineRate of baseRates) {
      test(`${name}, base rate ${baselineRate * 100} %`, () => {
        const release = { requests: 100, baselineRate, ...shape }
        const rate = (ratio: number): number => Math.min(1, baselineRate * ratio)
        const odds = (ratio: number): number => multiplyOdds(baselineRate, ratio)
        const cases: [string, () => EProcess, number][] = [
          ['harm rate, on the margin', () => harmRateRatio(), rate(1)],
          ['harm rate, inside', () => harmRateRatio(), rate(0.8)],
          ['harm rate 1.5, on the margin', () => harmRateRatio({ margin: 1.5 }), rate(1.5)],
          ['safety rate, on the margin', () => safetyRateRatio(), rate(2)],
          ['safety rate, inside', () => safetyRateRatio(), rate(2.5)],
          ['harm odds, on the margin', () => harmOddsRatio(), odds(1)],
          ['harm odds 1.5, inside', () => harmOddsRatio({ margin: 1.5 }), odds(1.2)],
          ['safety odds, on the margin', () => safetyOddsRatio(), odds(2)],
          ['safety odds, inside', () => safetyOddsRatio(), odds(3)],
          [
            'safety difference, on the margin',
            () => safetyRateDifference({ delta: 0.05 }),
            baselineRate + 0.05,
          ],
        ]
        const counts: Record<string, number> = {}
        cases.forEach(([what, make, candidateRate], i) => {
          // twice 60 % cannot be
          if (candidateRate === 1) return
          counts[what] = alarms(make, { ...release, candidateRate }, 100 + i)
        })
        expect(violations(counts)).toEqual([])
      })
    }
  }

  test('a fourfold burst on both sides during a ramp is no harm', () => {
    const release = { requests: 400, baselineRate: 0.005, share: ramp, burst }
    const worse = { ...release, candidateRate: 0.01 }
    const counts = {
      rate: alarms(() => harmRateRatio(), release, 1),
      odds: alarms(() => harmOddsRatio(), release, 2),
      'safety rate': alarms(() => safetyRateRatio(), worse, 3),
      'safety odds': alarms(() => safetyOddsRatio(), worse, 4),
    }
    expect(violations(counts)).toEqual([])
  })

  test('counting every try of a retry chain as a failure of its own does alarm', () => {
    const random = createRandom(5)
    let count = 0
    for (let run = 0; run < runs; run++) {
      const e = harmRateRatio()
      for (const block of simulateBlocks(random, { requests: 200, baselineRate: 0.01 }, looks)) {
        e.update({
          ...block,
          candidateBad: Math.min(block.candidateTotal, 5 * block.candidateBad),
          baselineBad: Math.min(block.baselineTotal, 5 * block.baselineBad),
        })
      }
      if (e.maxLogE >= Math.log(1 / alpha)) count++
    }
    // the simulation can tell a broken guarantee from a kept one
    expect(clopperPearson(count, runs, 0.999).low).toBeGreaterThan(alpha)
  })
})
