import type { AttributeColumn, CohortTable, NumberColumn } from './cohort-table.ts'
import { sortedNumbers } from './sorted-numbers.ts'

export interface AttributeProfile {
  /** Rows that have the attribute. */
  presentRows: number
  /** Different values, absent not counted. */
  distinct: number
  /** Rows of the commonest value, absent counted as one. */
  commonestRows: number
  /** Rows of the commonest value, absent not counted. */
  heaviestRows: number
  /**
   * 0 to 1: sum over values of the smaller of the two sides' shares; the lower one of all rows and of the rows that have
   * the attribute. 1 where one side has too few rows to tell.
   */
  overlap: number
}

/** Rows that a side must be expected to have before missing values mean anything. */
const leastExpected = 5
const numberBins = 32

export function profileAttribute(table: CohortTable, column: AttributeColumn): AttributeProfile {
  const { codes, size, distinct } =
    column.kind === 'category'
      ? { codes: column.codes, size: column.values.length, distinct: null }
      : binNumbers(column)
  const sides: [Float64Array, Float64Array] = [new Float64Array(size), new Float64Array(size)]
  for (let row = 0; row < table.rows; row++) {
    sides[table.candidate[row] === 1 ? 1 : 0][codes[row]!]! += 1
  }
  const [baseline, candidate] = sides
  const rows = baseline.map((count, code) => count + candidate[code]!)
  const present = rows.subarray(1)
  const presentRows = table.rows - rows[0]!
  const heaviestRows = distinct?.heaviest ?? present.reduce((most, n) => Math.max(most, n), 0)
  return {
    presentRows,
    distinct: distinct?.count ?? present.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0),
    commonestRows: Math.max(rows[0]!, heaviestRows),
    heaviestRows,
    overlap: Math.min(
      shareInCommon(baseline, candidate),
      comparable(table, presentRows)
        ? shareInCommon(baseline.subarray(1), candidate.subarray(1))
        : 1,
    ),
  }
}

function comparable(table: CohortTable, rows: number): boolean {
  const candidates = table.candidate.reduce((sum, side) => sum + side, 0)
  return (rows * Math.min(candidates, table.rows - candidates)) / table.rows >= leastExpected
}

function shareInCommon(a: Float64Array, b: Float64Array): number {
  const allA = a.reduce((sum, n) => sum + n, 0)
  const allB = b.reduce((sum, n) => sum + n, 0)
  if (allA === 0 || allB === 0) return allA === allB ? 1 : 0
  let common = 0
  for (let i = 0; i < a.length; i++) common += Math.min(a[i]! / allA, b[i]! / allB)
  return common
}

/** Codes by quantile bins of all rows; numbers are compared as distributions, not value by value. */
function binNumbers(column: NumberColumn): {
  codes: Uint8Array
  size: number
  distinct: { count: number; heaviest: number }
} {
  const sorted = sortedNumbers(column.values)
  const edges: number[] = []
  for (let bin = 1; bin < numberBins; bin++) {
    const edge = sorted[Math.floor((bin * sorted.length) / numberBins)]
    if (edge !== undefined && edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge)
  }
  let count = 0
  let heaviest = 0
  for (let i = 0, start = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) {
      heaviest = Math.max(heaviest, i - start + 1)
      continue
    }
    start = i
    count += 1
    heaviest = Math.max(heaviest, 1)
  }
  const codes = new Uint8Array(column.values.length)
  for (let row = 0; row < codes.length; row++) {
    const value = column.values[row]!
    if (Number.isNaN(value)) continue
    let bin = 0
    while (bin < edges.length && edges[bin]! <= value) bin += 1
    codes[row] = bin + 1
  }
  return { codes, size: edges.length + 2, distinct: { count, heaviest } }
}
