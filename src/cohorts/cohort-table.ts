/**
 * The input of the cohort search: one row per unit (a trace that used an operation of the released service), typed
 * columns, which side each row belongs to. Nothing in it is mutated.
 */
import type { Cohort, Condition } from './cohort.ts'

/** Rows = units. */
export interface CohortTable {
  rows: number
  /** Per row: 1 = candidate, 0 = baseline. */
  candidate: Uint8Array
  attributes: readonly AttributeColumn[]
  /** Per row: how many events it stands for (a hashed sample, a pre-aggregated row); undefined = 1 each. */
  weights?: Float64Array
}

export type CategoryValue = string | number | boolean | null

export interface CategoryColumn {
  name: string
  kind: 'category'
  /** Per row: 0 = absent, else an index into `values`. */
  codes: Uint16Array | Uint32Array
  /** Distinct; `values[0]` is null and stands for absent. */
  values: readonly CategoryValue[]
}

export interface NumberColumn {
  name: string
  kind: 'number'
  /** Per row; NaN = absent. */
  values: Float64Array
}

export type AttributeColumn = CategoryColumn | NumberColumn

/** Per row: 1 = the row lies in the cohort. An attribute that the table does not have is absent in every row. */
export function cohortMask(table: CohortTable, cohort: Cohort): Uint8Array {
  const mask = new Uint8Array(table.rows).fill(1)
  for (const condition of cohort) {
    const column = table.attributes.find((attribute) => attribute.name === condition.attribute)
    clearOutside(mask, column, condition)
  }
  return mask
}

function clearOutside(
  mask: Uint8Array,
  column: AttributeColumn | undefined,
  condition: Condition,
): void {
  if (column === undefined) {
    if (condition.op !== 'absent') mask.fill(0)
    return
  }
  if (column.kind === 'number') {
    const { values } = column
    if (condition.op === 'absent') {
      for (let i = 0; i < mask.length; i++) if (!Number.isNaN(values[i]!)) mask[i] = 0
      return
    }
    if (condition.op === '=') {
      for (let i = 0; i < mask.length; i++) if (values[i]! !== condition.value) mask[i] = 0
      return
    }
    if (condition.op === 'in') {
      const wanted = new Set<unknown>(condition.values)
      for (let i = 0; i < mask.length; i++) if (!wanted.has(values[i]!)) mask[i] = 0
      return
    }
    clearOutsideRange(mask, values, condition.low ?? -Infinity, condition.high)
    return
  }
  const inside = Uint8Array.from(column.values, (value, code) =>
    Number(valueMatches(code === 0 ? null : value, condition)),
  )
  if (column.codes instanceof Uint16Array) clearOtherCodes(mask, column.codes, inside)
  else clearOtherWideCodes(mask, column.codes, inside)
}

// loops over rows are functions of their own, and one meets one kind of array: they are compiled once, and well
function clearOutsideRange(
  mask: Uint8Array,
  values: Float64Array,
  low: number,
  high: number | null,
): void {
  for (let i = 0; i < mask.length; i++) {
    const value = values[i]!
    // NaN fails the first comparison; an open upper end admits +Infinity
    if (!(value >= low && (high === null || value < high))) mask[i] = 0
  }
}

function clearOtherCodes(mask: Uint8Array, codes: Uint16Array, inside: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i]! &= inside[codes[i]!]!
}

function clearOtherWideCodes(mask: Uint8Array, codes: Uint32Array, inside: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i]! &= inside[codes[i]!]!
}

function valueMatches(value: CategoryValue, condition: Condition): boolean {
  if (condition.op === 'absent') return value === null
  if (condition.op === '=') return value === condition.value
  if (condition.op === 'in') return value !== null && condition.values.includes(value)
  if (typeof value !== 'number') return false
  return (
    value >= (condition.low ?? -Infinity) && (condition.high === null || value < condition.high)
  )
}
/** A table of the rows whose `keep` is 1, in the same order; for halves of a table. */
export function takeRows(table: CohortTable, keep: Uint8Array): CohortTable {
  const rows = rowNumbers(keep)
  return {
    rows: rows.length,
    candidate: takeBytes(table.candidate, keep),
    ...(table.weights === undefined ? {} : { weights: takeNumbers(table.weights, rows) }),
    attributes: table.attributes.map((column) => {
      if (column.kind === 'number') return { ...column, values: takeNumbers(column.values, rows) }
      const codes =
        column.codes instanceof Uint16Array
          ? new Uint16Array(rows.length)
          : new Uint32Array(rows.length)
      for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!
      return { ...column, codes }
    }),
  }
}

/** The bytes (flags of a measure, say) of the rows whose `keep` is 1. */
export function takeBytes(bytes: Uint8Array, keep: Uint8Array): Uint8Array {
  const rows = rowNumbers(keep)
  const taken = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = bytes[rows[i]!]!
  return taken
}

function takeNumbers(numbers: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = numbers[rows[i]!]!
  return taken
}

function rowNumbers(keep: Uint8Array): Uint32Array {
  let size = 0
  for (let i = 0; i < keep.length; i++) size += keep[i] === 1 ? 1 : 0
  const rows = new Uint32Array(size)
  let next = 0
  for (let i = 0; i < keep.length; i++) if (keep[i] === 1) rows[next++] = i
  return rows
}
