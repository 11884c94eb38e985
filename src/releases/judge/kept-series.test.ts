import { expect, test } from 'vitest'
import { harmLatency, type HistogramBlock } from '../../stats/bucket-latency-test.ts'
import type { ComparisonBlock } from '../../stats/e-process.ts'
import { createRandom, type Random } from '../../stats/random.ts'
import { harmRateRatio } from '../../stats/rate-ratio-test.ts'
import { KeptSeries } from './kept-series.ts'

const buckets = 4

function someBlock(random: Random): ComparisonBlock {
  const side = (): [number, number] => {
    const total = random.uniform() < 0.3 ? 0 : Math.floor(20 * random.uniform())
    return [total, Math.floor(total * random.uniform() * 0.4)]
  }
  const [[candidateTotal, candidateBad], [baselineTotal, baselineBad]] = [side(), side()]
  return { candidateTotal, candidateBad, baselineTotal, baselineBad }
}

function someHistogram(random: Random): HistogramBlock {
  const side = (): Float64Array =>
    Float64Array.from({ length: buckets }, () =>
      random.uniform() < 0.6 ? 0 : Math.floor(9 * random.uniform()),
    )
  return { baseline: side(), candidate: side() }
}

/** Tests that note how often they are fed. */
function noted<T extends { update: (block: never) => void }>(
  make: () => T,
): { make: () => T; fed: () => number } {
  let fed = 0
  return {
    make: () => {
      const test = make()
      const update = test.update.bind(test)
      test.update = (block) => {
        fed += 1
        update(block)
      }
      return test
    },
    fed: () => fed,
  }
}

const rate = (): ReturnType<typeof harmRateRatio> => harmRateRatio({ margin: 1 })
const latency = (): ReturnType<typeof harmLatency> => harmLatency({ buckets })

test('look by look the e-processes are those of one look at everything, and only new blocks are fed', () => {
  const random = createRandom(5)
  const strata = [0, 1, 2].map(() => Array.from({ length: 40 }, () => someBlock(random)))
  const histograms = Array.from({ length: 40 }, () => someHistogram(random))
  const kept = new KeptSeries()
  const rates = noted(rate)
  const latencies = noted(latency)
  for (const blocks of [7, 8, 9, 9, 20, 40]) {
    kept.begin()
    const seen = strata.map((list) => list.slice(0, blocks))
    const fresh = new KeptSeries()
    expect(kept.ofCounts('a', rates.make, seen, blocks)).toEqual(
      fresh.ofCounts('a', rate, seen, blocks),
    )
    const timed = histograms.slice(0, blocks)
    expect(kept.ofHistograms('b', latencies.make, timed, blocks)).toEqual(
      fresh.ofHistograms('b', latency, timed, blocks),
    )
  }
  const once = noted(rate)
  new KeptSeries().ofCounts('a', once.make, strata, 40)
  expect(once.fed()).toBeGreaterThan(20)
  expect(rates.fed()).toBe(once.fed())
  expect(latencies.fed()).toBe(40)
})

test('what has changed since, or was not asked for at the last look, is fed anew', () => {
  const random = createRandom(6)
  const list = Array.from({ length: 30 }, () => someBlock(random))
  const late = list.map((block, i) =>
    i === 11 ? { ...block, candidateTotal: block.candidateTotal + 1 } : block,
  )
  const kept = new KeptSeries()
  const tests = noted(rate)
  const look = (blocks: readonly ComparisonBlock[]): void => {
    const fresh = new KeptSeries().ofCounts('a', rate, [blocks], blocks.length)
    expect(kept.ofCounts('a', tests.make, [blocks], blocks.length)).toEqual(fresh)
  }
  kept.begin()
  look(list)
  const all = tests.fed()
  kept.begin()
  look(late)
  expect(tests.fed()).toBeGreaterThan(all + 10)
  kept.begin()
  // blocks twice as wide, then none of the same number
  look(late.slice(0, 12))
  kept.begin()
  kept.begin()
  const before = tests.fed()
  look(late.slice(0, 12))
  expect(tests.fed()).toBeGreaterThan(before)
})

test('a stratum that comes later changes nothing of those before it', () => {
  const random = createRandom(7)
  const list = Array.from({ length: 20 }, () => someBlock(random))
  const empty = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
  const later = list.map((block, i) => (i < 15 ? empty : block))
  for (const both of [
    [list, later],
    [later, list],
  ]) {
    const kept = new KeptSeries()
    kept.begin()
    kept.ofCounts('a', rate, [list.slice(0, 15)], 15)
    kept.begin()
    const fresh = new KeptSeries().ofCounts('a', rate, both, 20)
    expect(kept.ofCounts('a', rate, both, 20)).toEqual(fresh)
  }
})
