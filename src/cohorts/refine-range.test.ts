import { describe, expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import { refineRange, type RefinedRange } from './refine-range.ts'

interface Planted {
  seed: number
  low: number
  high: number
  /** Bad rows inside; the density outside is the same, 60 to each side. */
  badInside: number
  integers: boolean
}

/** 1 to 20 % good rows inside, 1 to 15 % bad rows outside. */
function refinePlanted({ seed, low, high, badInside, integers }: Planted): RefinedRange {
  const random = createRandom(seed)
  const goodInside = 0.01 + 0.19 * random.uniform()
  const badOutside = 0.01 + 0.14 * random.uniform()
  const values: number[] = []
  const bad: number[] = []
  const add = (value: number, isBad: boolean): void => {
    values.push(integers ? Math.floor(value) : value)
    bad.push(isBad ? 1 : 0)
  }
  const between = (from: number, to: number): number => from + (to - from) * random.uniform()
  const rowsInside = Math.round(badInside / (1 - goodInside))
  for (let i = 0; i < rowsInside; i++) add(between(low, high), i < badInside)
  const least = Math.max(0, low - 60)
  const density = rowsInside / (high - low)
  for (let i = 0; i < density * (low - least); i++)
    add(between(least, low), random.uniform() < badOutside)
  for (let i = 0; i < density * 60; i++)
    add(between(high, high + 60), random.uniform() < badOutside)
  return refineRange(Float64Array.from(values), Uint8Array.from(bad))
}

describe.each([
  { badInside: 25, least: 0.95 },
  { badInside: 50, least: 0.99 },
])('with $badInside bad rows inside', ({ badInside, least }) => {
  test.each([
    { low: 30, high: 60, integers: true },
    { low: 30, high: 60, integers: false },
    { low: 37, high: 58, integers: true },
  ])('both ends of $low to $high (integers: $integers) are within 5', ({ low, high, integers }) => {
    const seeds = 400
    let near = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const found = refinePlanted({ seed, low, high, badInside, integers })
      const lowError = Math.abs((found.low ?? -Infinity) - low)
      const highError = Math.abs((found.high ?? Infinity) - high)
      if (lowError <= 5 && highError <= 5) near += 1
    }
    expect(near / seeds).toBeGreaterThanOrEqual(least)
  })
})

test('the ends are round where the data allow it', () => {
  const values = Float64Array.of(12, 29.2, 30.4, 41, 55, 59.4, 60.2, 80)
  const bad = Uint8Array.of(0, 0, 1, 1, 1, 1, 0, 0)
  expect(refineRange(values, bad)).toMatchObject({
    low: 30,
    high: 60,
    inside: { bad: 4, total: 4 },
    outside: { bad: 0, total: 4 },
  })
})

test('small numbers get round ends of their own scale', () => {
  const values = Float64Array.of(0.011, 0.0192, 0.0204, 0.033, 0.0391, 0.0412, 0.05)
  expect(refineRange(values, Uint8Array.of(0, 0, 1, 1, 1, 0, 0))).toMatchObject({
    low: 0.02,
    high: 0.04,
  })
})

test('integers get integer ends', () => {
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7)
  expect(refineRange(values, Uint8Array.of(0, 0, 1, 1, 1, 0, 0))).toMatchObject({ low: 3, high: 6 })
})

test('an end beyond which there is nothing is open', () => {
  const values = Float64Array.of(3, 4, 8, 12, 15, 16)
  expect(refineRange(values, Uint8Array.of(1, 1, 1, 0, 0, 0))).toMatchObject({
    low: null,
    high: 10,
  })
  expect(refineRange(values, Uint8Array.of(0, 0, 0, 1, 1, 1))).toMatchObject({ high: null })
})

test('absent values and rows that do not count are ignored', () => {
  const values = Float64Array.of(1, Number.NaN, 3, 4, 5, 6)
  const found = refineRange(values, Uint8Array.of(0, 1, 1, 1, 255, 0))
  expect(found).toMatchObject({ inside: { bad: 2, total: 2 }, outside: { bad: 0, total: 2 } })
})

test('what is lost on the way to a round end may come back', () => {
  const rows: [value: number, bad: number][] = []
  for (let i = 0; i < 400; i++) {
    const inside = i >= 100 && i < 250
    rows.push([30 + i / 10, Number(inside ? i % 5 !== 3 : i % 3 === 1)])
  }
  for (const value of [54.91, 54.92, 54.93, 54.94]) rows.push([value, 0])
  for (const value of [54.95, 54.96, 54.97, 54.98]) rows.push([value, 1])
  rows.sort(([a], [b]) => a - b)
  const found = refineRange(
    Float64Array.from(rows, ([value]) => value),
    Uint8Array.from(rows, ([, bad]) => bad),
  )
  expect(found).toMatchObject({ low: 40, high: 55 })
})

test('no rows, no range', () => {
  expect(refineRange(new Float64Array(0), new Uint8Array(0))).toMatchObject({
    low: null,
    high: null,
    gain: 0,
  })
})
