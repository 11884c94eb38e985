import { expect, test } from 'vitest'
import { budgetShare, samplingRates } from './sampling-rates.ts'
import type { ClassMeasure } from './sql-measures.ts'

/** Classes: side + 2 * role. */
const measure = (name: string): ClassMeasure => ({
  name,
  kind: 'share',
  roles: Uint8Array.of(0, 0, 1, 1),
})

/** Rows that are looked at: others and bad ones. */
function taken(name: string, sizes: readonly number[]): [number, number] {
  const { powers } = samplingRates(sizes, [measure(name)])
  const rows = sizes.map((size, code) => size / 2 ** powers[code]!)
  return [rows[0]! + rows[1]!, rows[2]! + rows[3]!]
}

/** Rates are powers of two. */
const isAbout = (rows: number, wanted: number): boolean =>
  rows > wanted / 1.5 && rows < wanted * 1.5

test.each([
  ['rate', 40_000],
  ['slow p50', 18_000],
  ['slow p90', 30_000],
  ['slow p99', 40_000],
])('of many rows, %s takes about %i of each kind', (name, wanted) => {
  const rows = taken(name, [2e6, 2e6, 2e6, 2e6])
  expect(rows.map((some) => isAbout(some, wanted))).toEqual([true, true])
})

test('few bad rows are taken whole, with three others to each or twenty thousand', () => {
  const [others, bad] = taken('rate', [3e6, 3e6, 6000, 6000])
  expect(bad).toBe(12_000)
  expect(isAbout(others, 36_000)).toBe(true)
  expect(isAbout(taken('rate', [3e6, 3e6, 50, 50])[0], 20_000)).toBe(true)
})

test('with many attributes fewer rows, but not so many fewer bad ones', () => {
  expect([10, 24, 48].map(budgetShare)).toEqual([1, 1, 0.5])
  const { powers } = samplingRates([2e6, 2e6, 2e6, 2e6], [measure('rate')], 0.25)
  expect(isAbout(4e6 / 2 ** powers[0]!, 10_000)).toBe(true)
  expect(isAbout(4e6 / 2 ** powers[2]!, 20_000)).toBe(true)
})

test('a small half spares nothing of slow p50', () => {
  const of = (half: number): number[] => taken('slow p50', [half / 4, half / 4, half / 4, half / 4])
  expect(of(150_000)).toEqual([75_000, 75_000])
  expect(of(240_000)).toEqual([60_000, 60_000])
  expect(of(500_000)).toEqual([15_625, 15_625])
})

test('a small side is taken whole', () => {
  const { powers } = samplingRates([5e6, 9000, 5e5, 400], [measure('rate')])
  expect([powers[1], powers[3]]).toEqual([0, 0])
  expect(powers[0]).toBeGreaterThan(5)
})

test('a class is as fine as its finest measure asks for, and each measure keeps its own rate', () => {
  const measures = [measure('rate'), measure('slow p50')]
  const { powers, byMeasure } = samplingRates([2.6e6, 2.6e6, 2.6e6, 2.6e6], measures)
  expect(powers).toEqual(byMeasure[0])
  expect(byMeasure[1]![0]).toBe(powers[0]! + 1)
})
