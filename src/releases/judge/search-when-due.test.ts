import { expect, test } from 'vitest'
import type { LastSearch } from './hypothesis.ts'
import { searchWhenDue } from './search-when-due.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'
import { atOnce } from '../../cohorts/steps.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'

const summary = { attributes: -1, cells: -1, cut: [] }
const { to } = syntheticWindow

test.each<[string, number, Partial<LastSearch>, boolean]>([
  ['few units', 2_000, {}, true],
  ['hardly more units', 20_000, { units: 19_500 }, false],
  ['a twentieth more', 20_000, { units: 19_000 }, true],
  ['a smaller sample', 20_000, { units: 30_000 }, true],
  ['five minutes later', 20_000, { to: to - 300_000 }, true],
  ['less than five minutes later', 20_000, { to: to - 299_999 }, false],
  ['a window that ends earlier', 20_000, { to: to + 1 }, true],
])('%s', (_, rows, change, isSearched) => {
  const units = syntheticUnits({ units: rows, seed: 1 })
  const last: LastSearch = { units: units.rows, to, summary, ...change }
  const found = atOnce(searchWhenDue([], units, syntheticWindow, last, selectUnitAttributes(units)))
  expect(found.summary.cells >= 0).toBe(isSearched)
  expect(found.search).toEqual(
    isSearched ? { units: units.rows, to, summary: found.summary } : last,
  )
})
