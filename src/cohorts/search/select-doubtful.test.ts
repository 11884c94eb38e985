import { expect, test } from 'vitest'
import { searchCohorts } from '../search-cohorts.ts'
import { plantedTable } from '../testing/planted-table.ts'
import { doubtBounds } from './doubt-bounds.ts'

test('more suggestions in doubt among few events than among many, none where they are not wanted', () => {
  const { table, measures } = plantedTable({ seed: 4, rows: 6000, baseRate: 0.05 })
  // the evidence is the same whatever a row stands for: each is one row of a sample
  const suggested = (leastScore: number, eventsOfRow: number): number => {
    const weights = new Float64Array(table.rows).fill(eventsOfRow)
    const search = { table: { ...table, weights }, measures: measures.slice(0, 1), maxOrder: 2 }
    return searchCohorts({ ...search, leastScore }).found.length
  }
  const sure = suggested(0, 1)
  const few = suggested(-5, 1)
  const many = suggested(-5, 1000)
  expect(suggested(0, 1000)).toBe(sure)
  expect(few).toBeGreaterThan(many)
  expect(few - sure).toBeLessThanOrEqual(doubtBounds(6000).most)
  expect(many - sure).toBeLessThanOrEqual(doubtBounds(6_000_000).most)
})
