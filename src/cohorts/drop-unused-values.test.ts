import { expect, test } from 'vitest'
import { type CategoryColumn, takeBytes, takeRows } from './cohort-table.ts'
import { dropUnusedValues } from './drop-unused-values.ts'
import { searchCohorts } from './search-cohorts.ts'
import { plant } from './testing/plant-fault.ts'
import { plantedTable } from './testing/planted-table.ts'

test('the rows keep their values, and values without rows are gone', () => {
  const column: CategoryColumn = {
    name: 'a',
    kind: 'category',
    codes: Uint16Array.of(3, 0, 1, 3),
    values: [null, 'x', 'nobody', true],
  }
  const number = {
    name: 'n',
    kind: 'number',
    values: Float64Array.of(1, 2, Number.NaN, 4),
  } as const
  const table = { rows: 4, candidate: Uint8Array.of(0, 1, 0, 1), attributes: [column, number] }
  const dropped = dropUnusedValues(table)
  expect(dropped.attributes).toEqual([
    { ...column, codes: Uint16Array.of(2, 0, 1, 2), values: [null, 'x', true] },
    number,
  ])
  expect(column.codes).toEqual(Uint16Array.of(3, 0, 1, 3))
  // nothing to drop
  expect(dropUnusedValues(dropped).attributes[0]).toBe(dropped.attributes[0])
})

test('a search of a part of a table finds the same', () => {
  const planted = plantedTable({ seed: 4, rows: 12_000 })
  plant(planted, [{ attribute: 'app.country', op: '=', value: 'country-2' }], 0.4)
  const keep = Uint8Array.from(planted.table.candidate, (_, row) => (row % 5 < 2 ? 1 : 0))
  const part = takeRows(planted.table, keep)
  const measures = planted.measures.map((measure) => ({
    ...measure,
    bad: takeBytes(measure.bad, keep),
  }))
  const found = searchCohorts({ table: part, measures })
  expect(found.found.length).toBeGreaterThan(0)
  const small = dropUnusedValues(part)
  const sizes = [part, small].map(({ attributes }) =>
    attributes.reduce((sum, each) => sum + (each.kind === 'category' ? each.values.length : 0), 0),
  )
  expect(sizes[1]).toBeLessThan(sizes[0]!)
  expect(searchCohorts({ table: small, measures })).toEqual(found)
})
