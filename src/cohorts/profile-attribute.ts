import type { AttributeColumn, CohortTable, NumberColumn } from './cohort-table.ts'
import { codesBetween } from './quantile-edges.ts'
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
   * 0 to 1, how far the two sides have values in common: the least of (1) the sum over values of the smaller of the
   * sides' shares, (2) the same among the rows that have the attribute, (3) values met on both sides as a share of those
   * that chance would put on both. Values with too few rows to tell count in (3) alone; 1 where nothing can be told.
   */
  overlap: number
}

/** Rows that a side must be expected to have before missing values mean anything. */
const leastExpected = 5
const numberBins = 32

/** @param candidateShare share of the table's rows on the candidate */
export function profileAttribute(
  table: CohortTable,
  column: AttributeColumn,
  candidateShare: number,
): AttributeProfile {
  const { codes, size, distinct } =
    column.kind === 'category'
      ? { codes: column.codes, size: column.values.length, distinct: null }
      : binNumbers(column)
  const sides = countSides(codes, table.candidate, size)
  const baseline = Float64Array.from(sides.subarray(0, size))
  const candidate = Float64Array.from(sides.subarray(size))
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
      shareInCommon(baseline.subarray(1), candidate.subarray(1)),
      mixing(baseline.subarray(1), candidate.subarray(1), candidateShare),
    ),
  }

  /** Only values that chance would show on the smaller side a few times. */
  function shareInCommon(a: Float64Array, b: Float64Array): number {
    const least = leastExpected / Math.min(candidateShare, 1 - candidateShare)
    let [allA, allB] = [0, 0]
    for (let i = 0; i < a.length; i++) {
      if (a[i]! + b[i]! < least) continue
      allA += a[i]!
      allB += b[i]!
    }
    if (allA + allB === 0) return 1
    let common = 0
    for (let i = 0; i < a.length; i++) {
      if (a[i]! + b[i]! >= least) common += Math.min(a[i]! / allA || 0, b[i]! / allB || 0)
    }
    return common
  }
}

/** Rows by side and code: [side * size + code]. */
function countSides(
  codes: Uint8Array | Uint16Array | Uint32Array,
  candidate: Uint8Array,
  size: number,
): Uint32Array {
  const sides = new Uint32Array(2 * size)
  const rows = codes.length
  // the same loop twice: one that meets several kinds of arrays is several times as slow
  if (codes instanceof Uint16Array) {
    for (let row = 0; row < rows; row++) sides[size * candidate[row]! + codes[row]!]! += 1
  } else {
    for (let row = 0; row < rows; row++) sides[size * candidate[row]! + codes[row]!]! += 1
  }
  return sides
}

function mixing(baseline: Float64Array, candidate: Float64Array, share: number): number {
  let expected = 0
  let mixed = 0
  for (let i = 0; i < baseline.length; i++) {
    const rows = baseline[i]! + candidate[i]!
    if (rows < 2) continue
    expected += 1 - share ** rows - (1 - share) ** rows
    if (baseline[i]! > 0 && candidate[i]! > 0) mixed += 1
  }
  return expected < leastExpected ? 1 : mixed / expected
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
  const codes = codesBetween(edges, column.values)
  return { codes, size: edges.length + 2, distinct: { count, heaviest } }
}
