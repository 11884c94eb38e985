import { expect, test } from 'vitest'
import { tableOf, times } from '../testing/table-of.ts'
import { splitByInstance, splitByUnit } from './assign-sides.ts'

const share = (sides: Uint8Array): number => sides.reduce((sum, n) => sum + n, 0) / sides.length

test('traces are divided by chance, the same way for the same seed', () => {
  const table = tableOf(times(4000, {}))
  const sides = splitByUnit(table, 0.25, 7)
  expect(share(sides)).toBeGreaterThan(0.22)
  expect(share(sides)).toBeLessThan(0.28)
  expect(splitByUnit(table, 0.25, 7)).toEqual(sides)
  const other = splitByUnit(table, 0.25, 8)
  const both = sides.filter((side, row) => side === 1 && other[row] === 1).length
  // independent of one another: a quarter of a quarter
  expect(both / 4000).toBeGreaterThan(0.045)
  expect(both / 4000).toBeLessThan(0.08)
})

test('a session is on one side with all its requests', () => {
  const rows = Array.from({ length: 900 }, (_, i) => ({
    attributes: { 'session.id': `s${i % 90}` },
  }))
  const sides = splitByUnit(tableOf(rows), 0.5, 1)
  for (let i = 90; i < 900; i++) expect(sides[i]).toBe(sides[i % 90])
  expect(share(sides)).toBeGreaterThan(0.3)
  expect(share(sides)).toBeLessThan(0.7)
})

test('instances stay whole, one at least on each side', () => {
  const table = tableOf(times(1000, {}))
  const instances = table.traceIds.map((_, row) => `pod-${row % 4}`)
  for (let seed = 1; seed <= 20; seed++) {
    const sides = splitByInstance(instances, 0.5, seed)!
    expect(share(sides)).toBe(0.5)
    for (let row = 4; row < 1000; row++) expect(sides[row]).toBe(sides[row % 4])
  }
  expect(share(splitByInstance(instances, 0.01, 1)!)).toBe(0.25)
  expect(share(splitByInstance(instances, 0.99, 1)!)).toBe(0.75)
  expect(
    splitByInstance(
      times(1000, {}).map(() => 'one'),
      0.5,
      1,
    ),
  ).toBeNull()
  expect(
    splitByInstance(
      times(1000, {}).map(() => ''),
      0.5,
      1,
    ),
  ).toBeNull()
})
