import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { confirmCohorts } from './confirm-cohorts.ts'
import { designEffect } from './design-effect.ts'
import { searchPower, type PowerInput } from './search-power.ts'
import { spreadCounts } from './testing/bucket-counts.ts'
import { simulateSuggestion } from './testing/simulate-suggestion.ts'

const input: PowerInput = {
  baseline: 500_000,
  candidate: 500_000,
  baseRate: 0.01,
  suggestions: 20,
  minimumBad: 4,
  searchNats: 0,
}

test('what is said to be found is found about nine times in ten, and half of it is not', () => {
  const share = searchPower(input).smallestShare!
  const random = createRandom(2)
  // the level of the first of 20 tests: 1 + 1/2 + ... + 1/20 = 3.5977
  const level = 0.05 / (20 * 3.5977)
  const runs = 150
  const found = (part: number): number => {
    let count = 0
    for (let run = 0; run < runs; run++) {
      // one half of the events; ten times as often is an odds ratio of 11
      const traffic = { events: part * 500_000, rate: 0.01, effect: 11, cohortShare: part }
      const { everything, suggestion } = simulateSuggestion(random, traffic)
      if (confirmCohorts(new Map([['rate', everything]]), [suggestion])[0]!.p <= level) count++
    }
    return count / runs
  }
  expect(found(share)).toBeGreaterThan(0.85)
  expect(found(share / 2)).toBeLessThan(0.75)
})

test('more events find smaller cohorts; clusters, samples and thresholds larger ones', () => {
  const share = (change: Partial<PowerInput>): number =>
    searchPower({ ...input, ...change }).smallestShare ?? Infinity
  const usual = share({})
  expect(share({ baseline: 5e6, candidate: 5e6 })).toBeLessThan(usual / 5)
  expect(share({ candidate: 50_000 })).toBeGreaterThan(usual)
  expect(share({ designEffect: 3 })).toBeGreaterThan(2 * usual)
  expect(share({ suggestions: 200 })).toBeGreaterThan(usual)
  expect(share({ minimumBad: 40 })).toBeGreaterThan(2 * usual)
  expect(share({ searchNats: 30 })).toBeGreaterThan(usual)
  expect(share({ minimumBad: 40, sampled: 0.1 })).toBeGreaterThan(2 * usual)
})

test('nothing can be found in hardly anything', () => {
  const nothing = { smallestShare: null, smallestEffect: null }
  expect(searchPower({ ...input, baseline: 0 })).toEqual(nothing)
  expect(searchPower({ ...input, baseline: 200, candidate: 200 })).toEqual(nothing)
  // ten times nothing is nothing
  expect(searchPower({ ...input, baseRate: 0 }).smallestShare).toBeNull()
  expect(searchPower(input).smallestEffect).toBeGreaterThan(1.5)
  expect(searchPower(input).smallestEffect).toBeLessThan(4)
})

test('the design effect: independent events 1, clusters more, one odd unit nothing', () => {
  const random = createRandom(6)
  const of = (clusters: 'none' | 'units'): number =>
    designEffect(simulateSuggestion(random, { events: 2000, rate: 0.05, clusters }).everything)
  expect(of('none')).toBeLessThan(1.3)
  expect(of('units')).toBeGreaterThan(6)
  const counts = spreadCounts([1000, 50_000], [1000, 50_000])
  counts.candidateBad[7]! += 2000
  counts.candidateTotal[7]! += 2000
  expect(designEffect(counts)).toBeLessThan(1.5)
})
