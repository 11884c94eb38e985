import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { tableOf, times, type UnitRow } from '../testing/table-of.ts'
import { blockNumbers } from './block-numbers.ts'
import { measureLatency, measureRate, type MeasuredEffect } from './measure-effect.ts'
import { notCounted } from './measures.ts'

const window = { from: 0, to: 4000, blockMillis: 1000, blocks: 4 }

function rate(rows: readonly UnitRow[], mask?: Uint8Array): MeasuredEffect {
  const table = tableOf(rows)
  const inside = mask ?? new Uint8Array(table.rows).fill(1)
  const blockOf = blockNumbers(table, window)
  return measureRate(table, inside, table.failed, blockOf, 4, 0.05, 'failure rate')
}

const candidates = [
  ...times(30, { candidate: true, at: 100, failed: true }),
  ...times(70, { candidate: true, at: 1100 }),
]
const baselines = [...times(20, { at: 100, failed: true }), ...times(380, { at: 1100 })]

test('rates of both sides are the plain shares, the ratio lies in its interval', () => {
  const { effect, distribution, baselineCount, candidateCount } = rate([
    ...candidates,
    ...baselines,
  ])
  expect(effect).toMatchObject({ baseline: 0.05, candidate: 0.3, unit: 'fraction' })
  expect(effect.ratio).toBeCloseTo(6)
  expect({ baselineCount, candidateCount }).toEqual({ baselineCount: 400, candidateCount: 100 })
  expect(distribution).toEqual({
    kind: 'rate',
    bounds: [],
    baseline: [380, 20],
    candidate: [70, 30],
  })
})

test('rows outside the mask or not counted are in no number', () => {
  const rows = [...candidates, ...baselines]
  const mask = Uint8Array.from(rows, (_, row) => (row < 50 ? 0 : 1))
  expect(rate(rows, mask).candidateCount).toBe(50)
  const table = tableOf(rows)
  const bad = table.failed.map((flag, row) => (row < 30 ? notCounted : flag))
  const all = new Uint8Array(table.rows).fill(1)
  const measured = measureRate(table, all, bad, blockNumbers(table, window), 4, 0.05, 'm')
  expect(measured).toMatchObject({ candidateCount: 70, effect: { candidate: 0, measure: 'm' } })
})

test('without failures in the baseline there is no ratio, but a lower end', () => {
  const even = times(200, { candidate: true }).map((row, i) => ({
    ...row,
    at: (i % 4) * 1000,
    failed: i % 2 === 0,
  }))
  const rest = times(200, {}).map((row, i) => ({ ...row, at: (i % 4) * 1000 }))
  const { effect } = rate([...even, ...rest])
  expect(effect).toMatchObject({ ratio: null, baseline: 0, candidate: 0.5, high: null })
  expect(effect.low).toBeGreaterThan(3)
})

test('an empty side has no rate', () => {
  expect(rate(candidates).effect).toMatchObject({ baseline: null, ratio: null })
  expect(rate(baselines).effect).toMatchObject({ candidate: null, ratio: null })
  expect(rate([]).effect).toMatchObject({ candidate: null, baseline: null, ratio: null })
})

function durations(candidate: readonly number[], baseline: readonly number[]): MeasuredEffect {
  const table = tableOf([
    ...candidate.map((duration) => ({ candidate: true, duration })),
    ...baseline.map((duration) => ({ duration })),
  ])
  return measureLatency(table, new Uint8Array(table.rows).fill(1), 0.05)
}

const random = createRandom(7)
const usual = Array.from({ length: 2000 }, () => random.lognormal(Math.log(10), 0.3))

test('where the median rose, the effect is that of the median', () => {
  const { effect, distribution } = durations(
    usual.slice(0, 1000).map((millis) => 3 * millis),
    usual.slice(1000),
  )
  expect(effect).toMatchObject({ measure: 'median duration', unit: 'ms' })
  expect(effect.ratio).toBeGreaterThan(2.7)
  expect(effect.ratio).toBeLessThan(3.3)
  expect(effect.low).toBeGreaterThan(2)
  expect(effect.low).toBeLessThan(effect.ratio!)
  expect(effect.high).toBeGreaterThan(effect.ratio!)
  expect(distribution.baseline).toHaveLength(distribution.bounds.length + 1)
  expect(distribution.candidate.reduce((sum, each) => sum + each, 0)).toBe(1000)
})

test('where only the tail rose, the effect is that of the tail', () => {
  const tail = usual.slice(0, 1000).map((millis, i) => (i % 40 === 0 ? 20 * millis : millis))
  const { effect } = durations(tail, usual.slice(1000))
  expect(effect.measure).toBe('p99 of the duration')
  expect(effect.low).toBeGreaterThan(1)
})

test('without units on one side there is nothing to divide', () => {
  expect(durations(usual, []).effect).toMatchObject({ baseline: null, ratio: null })
  expect(durations([], []).effect).toMatchObject({ candidate: null, ratio: null, high: null })
})
