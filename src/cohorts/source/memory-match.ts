import type { Cohort, Condition } from '../cohort.ts'
import type { MemoryColumn, MemoryTable } from './memory-rows.ts'

/** Fills `out` with the rows from `from` up to (not including) `to` that lie in the cohort; returns how many. */
export type RowMatcher = (from: number, to: number, out: Uint32Array) => number

/** Narrows the first `size` row numbers of `rows` in place. */
type Filter = (rows: Uint32Array, size: number) => number

/** An attribute that the table does not have is absent in every row. */
export function matchRows(table: MemoryTable, cohort: Cohort): RowMatcher {
  const filters = cohort.map((condition) => {
    const column = table.attributes.find(({ name }) => name === condition.attribute)
    return column === undefined ? withoutColumn(condition) : filterOf(column, condition)
  })
  return (from, to, out) => {
    let size = to - from
    for (let i = 0; i < size; i++) out[i] = from + i
    for (const filter of filters) size = filter(out, size)
    return size
  }
}

function withoutColumn(condition: Condition): Filter {
  return condition.op === 'absent' ? (_, size) => size : () => 0
}

function filterOf(column: MemoryColumn, condition: Condition): Filter {
  if (column.kind === 'category') {
    const inside = new Uint8Array(column.values.length)
    for (let code = 0; code < inside.length; code++) {
      const value = code === 0 ? null : (column.values[code] ?? null)
      inside[code] = holds(value, condition) ? 1 : 0
    }
    return byCode(column.codes, inside)
  }
  if (condition.op === 'range') return byRange(column.values, condition.low, condition.high)
  return byNumber(column.values, condition)
}

function byCode(codes: Uint8Array | Uint16Array | Uint32Array, inside: Uint8Array): Filter {
  return (rows, size) => {
    let kept = 0
    for (let i = 0; i < size; i++) {
      const row = rows[i]!
      rows[kept] = row
      kept += inside[codes[row]!]!
    }
    return kept
  }
}

function byRange(
  values: Float32Array | Float64Array,
  low: number | null,
  high: number | null,
): Filter {
  const from = low ?? -Infinity
  return (rows, size) => {
    let kept = 0
    for (let i = 0; i < size; i++) {
      const row = rows[i]!
      const value = values[row]!
      rows[kept] = row
      // NaN fails the first comparison; an open upper end admits +Infinity
      kept += value >= from && (high === null || value < high) ? 1 : 0
    }
    return kept
  }
}

function byNumber(values: Float32Array | Float64Array, condition: Condition): Filter {
  return (rows, size) => {
    let kept = 0
    for (let i = 0; i < size; i++) {
      const row = rows[i]!
      const value = values[row]!
      if (holds(Number.isNaN(value) ? null : value, condition)) rows[kept++] = row
    }
    return kept
  }
}

/** Whether a value, null = absent, satisfies a condition. */
export function holds(value: string | number | boolean | null, condition: Condition): boolean {
  switch (condition.op) {
    case 'absent':
      return value === null
    case '=':
      return value === condition.value
    case 'in':
      return value !== null && condition.values.includes(value)
    case 'range':
      return (
        typeof value === 'number' &&
        value >= (condition.low ?? -Infinity) &&
        (condition.high === null || value < condition.high)
      )
    default:
      return condition satisfies never
  }
}
