import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { globalChange } from './global-change.ts'
import { cohortCounts, spreadCounts } from './testing/bucket-counts.ts'
import { simulateSuggestion } from './testing/simulate-suggestion.ts'

const rate = { name: 'rate', kind: 'share' } as const
const volume = { name: 'volume', kind: 'volume' } as const

test('the ratio of the printed rates, with an interval', () => {
  const counts = cohortCounts(spreadCounts([500, 50_000], [300, 15_000]))
  const change = globalChange(rate, counts)
  expect(change).toMatchObject({
    measure: 'rate',
    baseline: { bad: 1000, total: 100_000 },
    candidate: { bad: 600, total: 30_000 },
  })
  expect(change.ratio).toBeCloseTo(2, 12)
  expect(change.low).toBeCloseTo(1.81, 1)
  expect(change.high).toBeCloseTo(2.21, 1)
})

test('one user that fails all the time makes the ratio uncertain', () => {
  const counts = spreadCounts([500, 50_000], [150, 15_000])
  counts.candidateBad[3]! += 150
  counts.candidateTotal[3]! += 150
  const change = globalChange(rate, cohortCounts(counts))
  expect(change.ratio).toBeGreaterThan(1.9)
  expect(change.low).toBeLessThan(1)
})

test('empty cells give finite, open ends', () => {
  const none = globalChange(rate, cohortCounts(spreadCounts([100, 5000], [0, 500])))
  expect(none).toMatchObject({ ratio: 0, low: 0 })
  expect(none.high).toBeGreaterThan(none.ratio)
  expect(none.high).toBeLessThan(1)
  const fresh = globalChange(rate, cohortCounts(spreadCounts([0, 5000], [50, 500])))
  expect(fresh.high).toBe(1e6)
  expect(fresh.low).toBeGreaterThan(10)
  // one event that did not fail is no rise, however few there are
  const single = globalChange(rate, cohortCounts(spreadCounts([100, 5000], [0, 1])))
  expect(single.ratio).toBe(0)
  const nothing = globalChange(rate, cohortCounts(spreadCounts([0, 0], [0, 0])))
  expect(nothing).toMatchObject({ ratio: 1, low: 0, high: 1e6 })
})

test('volume: the ratio of the counts', () => {
  const change = globalChange(volume, cohortCounts(spreadCounts([8000, 8000], [2000, 2000])))
  expect(change.ratio).toBeCloseTo(0.25, 12)
  expect(change.low).toBeGreaterThan(0.2)
  expect(change.high).toBeLessThan(0.3)
})

test('the interval covers the truth in about 95 of 100 runs, with clusters', () => {
  const random = createRandom(4)
  let covered = 0
  const runs = 300
  for (let run = 0; run < runs; run++) {
    const traffic = { events: 1000, rate: 0.05, candidateShare: 0.3, clusters: 'units' } as const
    const counts = cohortCounts(simulateSuggestion(random, traffic).everything)
    // one half stands for all: its counts are printed
    const { low, high } = globalChange(rate, { ...counts, ...counts.discovery })
    if (low <= 1 && high >= 1) covered += 1 / runs
  }
  expect(covered).toBeGreaterThan(0.91)
  expect(covered).toBeLessThan(0.985)
})
