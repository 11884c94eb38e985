import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { confirmCohorts, type Confirmation, type Suggestion } from './confirm-cohorts.ts'
import { addCounts, spreadCounts, suggestionOf } from './testing/bucket-counts.ts'
import { simulateSuggestion, type SimulatedTraffic } from './testing/simulate-suggestion.ts'

const rest = spreadCounts([2000, 100_000], [2000, 100_000], 13)

/** One cohort beside a rest. */
function confirm(
  counts: BucketCounts,
  beside: BucketCounts = rest,
  more: Partial<Suggestion> = {},
): Confirmation {
  const suggestion = { ...suggestionOf(counts), ...more }
  return confirmCohorts(new Map([['m', addCounts(beside, counts)]]), [suggestion])[0]!
}

test.each([
  ['large', spreadCounts([100, 5000], [200, 5000]), 2.08],
  ['small', spreadCounts([2, 500], [20, 500]), 10.4],
  ['rare', spreadCounts([0, 5000], [12, 5000]), 25],
  ['every event bad', spreadCounts([3, 200], [200, 200]), 22_000],
  ['rates near one', spreadCounts([4000, 5000], [4400, 5000]), 1.83],
])('a real change is confirmed: %s', (_, counts, oddsRatio) => {
  const { confirmed, p, effect } = confirm(counts)
  expect(confirmed).toBe(true)
  expect(p).toBeLessThan(0.001)
  expect(effect.kind).toBe('odds-ratio')
  expect(effect.value).toBeCloseTo(oddsRatio, oddsRatio > 1000 ? -4 : oddsRatio > 5 ? -1 : 1)
  expect(effect.low).toBeGreaterThan(1)
  expect(effect.low).toBeLessThan(effect.value)
  expect(effect.high).toBeGreaterThan(effect.value)
})

test.each([
  ['the same on both sides', spreadCounts([100, 5000], [104, 5000])],
  ['better', spreadCounts([100, 5000], [40, 5000])],
  ['nothing bad', spreadCounts([0, 5000], [0, 5000])],
  ['no baseline at all', spreadCounts([0, 0], [30, 1500])],
  ['no events', spreadCounts([0, 0], [0, 0])],
])('no change is not: %s', (_, counts) => {
  const { confirmed, p, q, effect } = confirm(counts)
  expect(confirmed).toBe(false)
  expect(p).toBeGreaterThan(0.05)
  expect(q).toBeLessThanOrEqual(1)
  for (const end of Object.values(effect).slice(1)) expect(Number.isFinite(end)).toBe(true)
})

test('one user with 50 failures is one event', () => {
  const counts = spreadCounts([20, 1000], [20, 1000])
  counts.candidateBad[77]! += 50
  counts.candidateTotal[77]! += 50
  const { p, effect } = confirm(counts)
  expect(p).toBeGreaterThan(0.01)
  expect(effect.low).toBeLessThan(1)
  // the same 50 failures of 50 users
  expect(confirm(spreadCounts([20, 1000], [70, 1050])).p).toBeLessThan(1e-6)
})

test('one broken user elsewhere does not silence a cohort', () => {
  const beside = addCounts(rest, spreadCounts([0, 0], [0, 0]))
  beside.candidateBad[5]! += 3000
  beside.candidateTotal[5]! += 3000
  expect(confirm(spreadCounts([2, 500], [25, 500]), beside).confirmed).toBe(true)
})

test('a change of everything is no finding of a cohort', () => {
  const worse = spreadCounts([2000, 100_000], [6000, 100_000], 13)
  expect(confirm(spreadCounts([100, 5000], [300, 5000]), worse).p).toBeGreaterThan(0.1)
  expect(confirm(spreadCounts([100, 5000], [800, 5000]), worse).confirmed).toBe(true)
  // small counts, and a rest that is hardly larger
  expect(confirm(spreadCounts([5, 500], [15, 500]), worse).p).toBeGreaterThan(0.1)
  const small = spreadCounts([10, 1000], [30, 1000], 13)
  expect(confirm(spreadCounts([200, 20_000], [600, 20_000]), small).p).toBeGreaterThan(0.1)
})

test('a cohort that stayed as it was while the rest got better is no finding', () => {
  const better = spreadCounts([6000, 100_000], [2000, 100_000], 13)
  const { p, effect } = confirm(spreadCounts([300, 5000], [300, 5000]), better)
  expect(p).toBeGreaterThan(0.3)
  expect(effect.value).toBeGreaterThan(2.5)
})

test('where nothing fails elsewhere, a cohort that fails is found', () => {
  const quiet = spreadCounts([0, 10_000], [0, 10_000], 13)
  expect(confirm(spreadCounts([0, 500], [30, 100]), quiet).confirmed).toBe(true)
})

test('everything is compared with no change', () => {
  const everything = spreadCounts([1000, 50_000], [1500, 50_000])
  const of = (counts: BucketCounts): Confirmation =>
    confirmCohorts(new Map([['m', counts]]), [suggestionOf(counts)])[0]!
  expect(of(everything).confirmed).toBe(true)
  expect(of(spreadCounts([1000, 50_000], [1010, 50_000])).p).toBeGreaterThan(0.2)
})

test('volume: more, fewer, none left, new, and no change', () => {
  const volume = (baseline: number, candidate: number): Confirmation =>
    confirm(
      spreadCounts([baseline, baseline], [candidate, candidate]),
      spreadCounts([20_000, 20_000], [5000, 5000], 31),
      { kind: 'volume' },
    )
  const more = volume(400, 300)
  expect(more.confirmed).toBe(true)
  expect(more.effect).toMatchObject({ kind: 'rate-ratio' })
  expect(more.effect.value).toBeCloseTo(3, 0)
  expect(volume(4000, 500).effect.high).toBeLessThan(1)
  const none = volume(100, 0)
  expect(none.confirmed).toBe(true)
  expect(none.z).toBeLessThan(-3)
  expect(none.effect.low).toBe(0)
  expect(none.effect.high).toBeLessThan(0.3)
  const fresh = volume(0, 40)
  expect(fresh.confirmed).toBe(true)
  expect(fresh.effect).toMatchObject({ high: 1e6 })
  expect(fresh.effect.low).toBeGreaterThan(10)
  expect(volume(400, 104).p).toBeGreaterThan(0.3)
})

test('volume of one user is not new traffic', () => {
  const counts = spreadCounts([0, 0], [0, 0])
  counts.candidateBad[9] = 60
  counts.candidateTotal[9] = 60
  const beside = spreadCounts([20_000, 20_000], [5000, 5000], 31)
  expect(confirm(counts, beside, { kind: 'volume' }).p).toBeGreaterThan(0.01)
})

test('too few units, and volume of everything, are never confirmed', () => {
  const counts = spreadCounts([2, 500], [25, 500])
  const units = { baseline: 100, candidate: 4 }
  expect(confirm(counts, rest, { units })).toMatchObject({ confirmed: false, p: 1, q: 1 })
  expect(confirm(counts, rest, { units: { baseline: 0, candidate: 5 } }).confirmed).toBe(true)
  const everything = spreadCounts([900, 900], [300, 300])
  const suggestion = suggestionOf(everything, 'volume')
  const [test] = confirmCohorts(new Map([['m', everything]]), [suggestion])
  expect(test).toMatchObject({ confirmed: false, p: 1 })
  expect(test!.effect.value).toBeCloseTo(1 / 3, 6)
})

test('a unit on both sides is not counted twice', () => {
  // every unit is either always bad or never, on both sides: the sides differ by 40 events that only the candidate has
  const counts = spreadCounts([0, 0], [0, 0])
  const random = createRandom(5)
  for (let bucket = 0; bucket < 256; bucket++) {
    const size = 20 + random.integer(20)
    const bad = random.uniform() < 0.5 ? size : 0
    counts.baselineBad[bucket] = bad
    counts.candidateBad[bucket] = bad
    counts.baselineTotal[bucket] = size
    counts.candidateTotal[bucket] = size
    if (bad === 0 && bucket % 2 === 0) counts.candidateBad[bucket] = 4
  }
  const beside = spreadCounts([50_000, 100_000], [50_000, 100_000], 13)
  expect(confirm(counts, beside).p).toBeLessThan(1e-4)
})

test('every kind of empty or full cell gives finite numbers in order', () => {
  const sides: [number, number][] = [
    [0, 0],
    [0, 1],
    [1, 1],
    [0, 50],
    [50, 50],
    [3, 50],
    [300, 3000],
  ]
  const rests: [number, number][] = [
    [0, 0],
    [5, 5],
    [0, 50],
    [900, 90_000],
  ]
  for (const baseline of sides) {
    for (const candidate of sides) {
      for (const side of rests) {
        const beside = spreadCounts(side, side, 13)
        for (const kind of ['share', 'volume'] as const) {
          const { p, q, z, effect } = confirm(spreadCounts(baseline, candidate), beside, { kind })
          const { value, low, high } = effect
          expect([p, q, z, value, low, high].every(Number.isFinite)).toBe(true)
          expect(low <= value && value <= high && p >= 0 && q <= 1).toBe(true)
        }
      }
    }
  }
})

test('an unknown measure is an error', () => {
  expect(() => confirmCohorts(new Map(), [suggestionOf(rest)])).toThrow('No counts of everything')
})

/** Shares of runs with p at most 0.05 and 0.01, and of intervals that cover 1. */
function nullRates(
  traffic: SimulatedTraffic,
  runs: number,
): { p05: number; p01: number; covered: number } {
  const random = createRandom(11)
  let [p05, p01, covered] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const { everything, suggestion } = simulateSuggestion(random, traffic)
    const [{ p, effect }] = confirmCohorts(new Map([['rate', everything]]), [suggestion]) as [
      Confirmation,
    ]
    if (p <= 0.05) p05 += 1 / runs
    if (p <= 0.01) p01 += 1 / runs
    if (effect.low <= 1 && effect.high >= 1) covered += 1 / runs
  }
  return { p05, p01, covered }
}

// 400 runs: the standard error of 0.05 is 0.011, of 0.01 is 0.005
test.each<[string, SimulatedTraffic]>([
  ['independent, large', { events: 16_000, rate: 0.05 }],
  ['independent, a small canary', { events: 8000, rate: 0.02, candidateShare: 0.05 }],
  ['units on one side', { events: 16_000, rate: 0.05, clusters: 'units' }],
  ['units on both sides', { events: 16_000, rate: 0.05, clusters: 'units', sides: 'both' }],
  [
    'events of units in and out',
    { events: 8000, rate: 0.05, clusters: 'units', sides: 'both', membership: 'event' },
  ],
  ['everything got worse', { events: 8000, rate: 0.02, change: 3 }],
])('false alarms keep their level: %s', (_, traffic) => {
  const { p05, p01, covered } = nullRates(traffic, 400)
  expect(p05).toBeLessThan(0.085)
  expect(p01).toBeLessThan(0.027)
  expect(covered).toBeGreaterThan(0.92)
  expect(covered).toBeLessThan(0.99)
})

test('the false discovery rate stays below its bound, and real changes are found', () => {
  const random = createRandom(23)
  let [falseShare, found] = [0, 0]
  const runs = 30
  for (let run = 0; run < runs; run++) {
    const suggestions: Suggestion[] = []
    const everything = new Map<string, BucketCounts>()
    for (let index = 0; index < 20; index++) {
      const drawn = simulateSuggestion(
        random,
        {
          events: 6000,
          rate: 0.02,
          clusters: 'units',
          membership: 'event',
          effect: index < 5 ? 4 : 1,
        },
        `m${index}`,
      )
      everything.set(`m${index}`, drawn.everything)
      suggestions.push(drawn.suggestion)
    }
    const confirmed = confirmCohorts(everything, suggestions).map((one) => one.confirmed)
    const real = confirmed.slice(0, 5).filter(Boolean).length
    const wrong = confirmed.slice(5).filter(Boolean).length
    falseShare += wrong / Math.max(1, real + wrong) / runs
    found += real / 5 / runs
  }
  expect(falseShare).toBeLessThan(0.05)
  expect(found).toBeGreaterThan(0.8)
})
