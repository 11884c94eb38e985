import { expect, test } from 'vitest'
import type { CategoryColumn, CategoryValue, CohortTable } from './cohort-table.ts'
import { compareValues } from './compare-values.ts'
import { mixBins } from './mix-bins.ts'

test('values have one order, whatever their types', () => {
  const values = [true, 'b', null, 10, 'a', 9, false, '10']
  const sorted = values.toSorted(compareValues)
  expect(values.toReversed().toSorted(compareValues)).toEqual(sorted)
  expect(sorted.filter((value) => typeof value === 'number')).toEqual([9, 10])
  expect(sorted.filter((value) => typeof value === 'string')).toEqual(['10', 'a', 'b'])
})

test('equally common values are numbered alike, whatever the dictionary', () => {
  const rows = 6
  const column = (values: readonly CategoryValue[], codes: readonly number[]): CategoryColumn => ({
    name: 'x',
    kind: 'category',
    values,
    codes: Uint16Array.from(codes),
  })
  const table: CohortTable = { rows, candidate: new Uint8Array(rows), attributes: [] }
  const one = mixBins(table, column([null, 'b', 'a', 'c'], [0, 1, 2, 3, 3, 0]))
  const other = mixBins(table, column([null, 'a', 'c', 'b'], [0, 3, 1, 2, 2, 0]))
  expect([...one.codes]).toEqual([...other.codes])
  expect(one.factor(Float64Array.of(1, 2, 3, 4, 5))).toEqual({
    attribute: 'x',
    kind: 'category',
    values: [null, 'c', 'a', 'b'],
    factors: [1, 2, 3, 4],
    other: 5,
  })
})
