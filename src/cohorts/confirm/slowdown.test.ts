import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../stats/random.ts'
import { bucketCount, type DurationSums } from '../compare/cohort-source.ts'
import { slowdown, slowdownByChance } from './slowdown.ts'

function draw(random: Random, events: number, slower: number): DurationSums {
  const side = (shift: number): DurationSums['baseline'] => {
    const count = new Float64Array(bucketCount)
    const sum = new Float64Array(bucketCount)
    for (let event = 0; event < events;) {
      // a unit: some events that are slow or fast together
      const bucket = random.integer(bucketCount)
      const own = random.normal(0, 0.5)
      for (let left = 1 + random.integer(10); left > 0; left--, event++) {
        count[bucket]! += 1
        sum[bucket]! += random.normal(4 + shift + own, 0.8)
      }
    }
    return { count, sum }
  }
  return { baseline: side(0), candidate: side(Math.log(slower)) }
}

function together(a: DurationSums, b: DurationSums): DurationSums {
  const plus = (x: Float64Array, y: Float64Array): Float64Array =>
    x.map((value, i) => value + y[i]!)
  const side = (name: 'baseline' | 'candidate'): DurationSums['baseline'] => ({
    count: plus(a[name].count, b[name].count),
    sum: plus(a[name].sum, b[name].sum),
  })
  return { baseline: side('baseline'), candidate: side('candidate') }
}

test('how many times as long, beyond the rest: estimate and coverage', () => {
  const random = createRandom(8)
  let covered = 0
  const runs = 200
  for (let run = 0; run < runs; run++) {
    const cohort = draw(random, 300, 2 * 1.3)
    const rest = draw(random, 3000, 1.3)
    const { value, low, high } = slowdown(cohort, together(cohort, rest))!
    expect(value).toBeGreaterThan(1.2)
    expect(value).toBeLessThan(3.4)
    if (low <= 2 && high >= 2) covered += 1 / runs
  }
  expect(covered).toBeGreaterThan(0.9)
  expect(covered).toBeLessThan(0.99)
})

test('everything has its own change; an empty side has none', () => {
  const random = createRandom(9)
  const all = draw(random, 5000, 1.5)
  expect(slowdown(all, all)!.value).toBeCloseTo(1.5, 0)
  const empty = { count: new Float64Array(bucketCount), sum: new Float64Array(bucketCount) }
  expect(slowdown({ baseline: all.baseline, candidate: empty }, all)).toBeNull()
  const one = { count: empty.count.with(3, 40), sum: empty.sum.with(3, 160) }
  expect(slowdown({ baseline: all.baseline, candidate: one }, all)).toBeNull()
})

test('a slowdown like that of the rest is chance as often as it says, a greater one is none', () => {
  const random = createRandom(10)
  const runs = 300
  let rejected = 0
  for (let run = 0; run < runs; run++) {
    const cohort = draw(random, 300, 1.3)
    if (slowdownByChance(cohort, together(cohort, draw(random, 3000, 1.3))) <= 0.05) rejected += 1
  }
  expect(rejected / runs).toBeLessThan(0.09)
  expect(rejected / runs).toBeGreaterThan(0.015)
  const slower = draw(random, 300, 2 * 1.3)
  expect(slowdownByChance(slower, together(slower, draw(random, 3000, 1.3)))).toBeLessThan(1e-4)
  const empty = { count: new Float64Array(bucketCount), sum: new Float64Array(bucketCount) }
  expect(slowdownByChance({ baseline: slower.baseline, candidate: empty }, slower)).toBe(1)
})
