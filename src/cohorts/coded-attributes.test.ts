import { expect, test } from 'vitest'
import { codeAttribute, type CodedAttribute } from './coded-attributes.ts'
import type { CategoryColumn, CohortTable } from './cohort-table.ts'

/** 600 tenants with ten rows on each side, four of them bad; the last is bad on the candidate only, in three rows. */
const tenants = 600
const rows = tenants * 20
const column: CategoryColumn = {
  name: 'tenant',
  kind: 'category',
  codes: Uint16Array.from({ length: rows }, (_, row) => 1 + Math.floor(row / 20)),
  values: [null, ...Array.from({ length: tenants }, (_, i) => `t${i + 1}`)],
}
const table: CohortTable = {
  rows,
  candidate: Uint8Array.from({ length: rows }, (_, row) => row % 2),
  attributes: [column],
}
const bad = Uint8Array.from({ length: rows }, (_, row) => {
  const [last, place] = [row >= rows - 20, row % 20]
  return last ? Number(place % 2 === 1 && place < 6) : Number(place < 8)
})

function named({ size, other, condition }: CodedAttribute): unknown[] {
  return Array.from({ length: size }, (_, code) => code)
    .filter((code) => code !== other)
    .map((code) => condition(code, code))
    .map((one) => (one.op === '=' ? one.value : one.op))
}

test('of very many values, those that changed most have a code before those with most bad rows', () => {
  const coded = codeAttribute(table, column, bad, 3)
  expect(coded.size).toBeLessThanOrEqual(256)
  expect(named(coded)).toContain('t600')
  // four bad rows are too few for the other half to confirm a value: nothing is lost; eight are not
  expect(coded.dropped).toBe(0)
  const weights = new Float64Array(rows).fill(2)
  expect(codeAttribute({ ...table, weights }, column, bad, 3).dropped).toBe(tenants - 254)
})

test('a value with too few bad rows of the candidate has no code of its own', () => {
  expect(named(codeAttribute(table, column, bad, 4))).not.toContain('t600')
  expect(named(codeAttribute(table, column, bad, 5))).toEqual(['absent'])
})

test('rows that stand for many count for as many', () => {
  const weights = new Float64Array(rows).fill(2)
  expect(named(codeAttribute({ ...table, weights }, column, bad, 6))).toContain('t600')
})

test('for volumes the side that has more decides', () => {
  const gone = Uint8Array.from({ length: rows }, (_, row) => (row >= rows - 20 ? 0 : row % 2))
  const all = new Uint8Array(rows).fill(1)
  const volume = codeAttribute({ ...table, candidate: gone }, column, all, 5, 'volume')
  expect(named(volume)).toContain('t600')
})
