import { expect, test } from 'vitest'
import { binMillis, simulateGauges, type SimulatedGauges } from '../testing/simulate-gauges.ts'
import type { GaugeRun } from './gauge-table.ts'
import { stretchOf } from './growth.ts'
import { judgeSaturation } from './judge-saturation.ts'

const fleet = { seed: 1, candidates: 3, baselines: 5, measures: 3, age: 170 }

function judged(options: Partial<SimulatedGauges>, alpha = 0.0003) {
  const table = simulateGauges({ ...fleet, ...options })
  const { age } = { ...fleet, ...options }
  return judgeSaturation(table, alpha, [], { from: 180 * binMillis, to: (180 + age) * binMillis })
}

test('a slope is the median of all slopes: peaks and collections of garbage do not move it', () => {
  const value = Float64Array.from({ length: 20 }, (_, i) => 100 + i + (i % 6 === 5 ? -60 : 0))
  const at = Float64Array.from(value, (_, i) => i)
  const run: GaugeRun = { side: 'candidate', instance: 'a', startedAt: 0, at, value }
  expect(stretchOf(run, 0, 20, 100)!.growth).toBeCloseTo(100 / 108.5, 1)
  expect(stretchOf(run, 0, 3, 100)).toBeNull()
})

test('a leak is found; where the baseline was seen at the same age, it is an alarm', () => {
  const alone = judged({ leak: 0.004 })
  expect(alone.found).toMatchObject([
    {
      kind: 'slope',
      isSameAge: false,
      isAlarm: false,
      measure: { label: 'process.memory.usage{n=0}' },
    },
  ])
  const beside = judged({ leak: 0.004, restarted: true })
  expect(beside.found).toMatchObject([{ kind: 'slope', isSameAge: true, isAlarm: true }])
})

test('neither a warm-up, nor load that all share, nor a random walk is a leak', () => {
  for (const harmless of [
    { warmUp: 10 },
    { warmUp: 40, age: 90 },
    { load: 0.3 },
    { walk: 0.005 },
  ]) {
    expect(judged(harmless).found).toEqual([])
  }
  // as slow a warm-up as the watch is long: told from a leak by what the baseline did at that age
  expect(judged({ warmUp: 100, restarted: true }).found).toEqual([])
})

test('too young, or too few: said, not guessed', () => {
  expect(judged({ leak: 0.01, age: 30 })).toMatchObject({
    found: [],
    age: null,
    firstAge: 40 * binMillis,
  })
  const few = judged({ leak: 0.01, candidates: 1, baselines: 1, past: 0 })
  expect(few).toMatchObject({ found: [], told: { measures: 3, slopes: 0, levels: 0 } })
})
