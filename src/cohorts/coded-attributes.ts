/** Attributes as small codes, for counting. Code 0 is always "absent". */
import type { Condition } from './cohort.ts'
import type { AttributeColumn, CategoryColumn, CohortTable, NumberColumn } from './cohort-table.ts'

export interface CodedAttribute {
  name: string
  column: AttributeColumn
  /** Codes are 0 to size - 1. */
  size: number
  /** Per row. */
  codes: Uint8Array
  /** Ordered codes (1 to size - 1) are bins of a number: neighbours form intervals. */
  ordered: boolean
  /** Code of the values too rare to be reported, or -1. */
  other: number
  /** Nats that it costs to name one value, and one interval: the log of how many there are. */
  valueCost: number
  intervalCost: number
  /** Values that had enough rows but no place among the codes. */
  dropped: number
  /** The condition for codes `first` to `last`. */
  condition: (first: number, last: number) => Condition
}

const maxValues = 126
const fewValues = 12

/** `support[row]` = 1 where the row is a bad row of the candidate for some measure. */
export function codeAttribute(
  table: CohortTable,
  column: AttributeColumn,
  support: Uint8Array,
  minimumBad: number,
): CodedAttribute {
  return column.kind === 'number'
    ? codeNumbers(table, column)
    : codeCategories(table, column, support, minimumBad)
}

/**
 * A value with fewer than `minimumBad` bad candidate rows can never be reported, alone or in a pair, so such values
 * share one code. What a value costs counts every value that the candidate could have shown, not only those with
 * failures.
 */
function codeCategories(
  table: CohortTable,
  column: CategoryColumn,
  support: Uint8Array,
  minimumBad: number,
): CodedAttribute {
  const bad = new Uint32Array(column.values.length)
  const seen = new Uint32Array(column.values.length)
  for (let row = 0; row < table.rows; row++) {
    const code = column.codes[row]!
    bad[code]! += support[row]!
    seen[code]! += table.candidate[row]!
  }
  const enough: number[] = []
  let possible = 0
  for (let code = 1; code < bad.length; code++) {
    if (bad[code]! >= minimumBad) enough.push(code)
    if (seen[code]! >= minimumBad) possible += 1
  }
  enough.sort((a, b) => bad[b]! - bad[a]! || a - b)
  const kept = enough.slice(0, maxValues)
  const other = kept.length + 1
  const codeOf = new Uint8Array(column.values.length).fill(other)
  codeOf[0] = 0
  for (const [index, code] of kept.entries()) codeOf[code] = index + 1
  const codes = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) codes[row] = codeOf[column.codes[row]!]!
  return {
    name: column.name,
    column,
    size: other + 1,
    codes,
    ordered: false,
    other,
    valueCost: Math.log(possible + 1),
    intervalCost: 0,
    dropped: enough.length - kept.length,
    condition: (code) => {
      const value = code === 0 ? null : column.values[kept[code - 1]!]
      return value === null || value === undefined
        ? { attribute: column.name, op: 'absent' }
        : { attribute: column.name, op: '=', value }
    },
  }
}

/** Bins with about equal numbers of baseline rows; each value a bin of its own where there are few. */
function codeNumbers(table: CohortTable, column: NumberColumn): CodedAttribute {
  const { values } = column
  const few = distinctValues(values, fewValues)
  const edges = few === null ? quantileEdges(table, values) : few.slice(1)
  const bins = edges.length + 1
  const codes = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    const value = values[row]!
    if (!Number.isNaN(value)) codes[row] = 1 + edgesUpTo(edges, value)
  }
  return {
    name: column.name,
    column,
    size: bins + 1,
    codes,
    ordered: true,
    other: -1,
    valueCost: 0,
    intervalCost: Math.log((bins * (bins + 1)) / 2 + 1),
    dropped: 0,
    condition: (first, last) => {
      if (first === 0) return { attribute: column.name, op: 'absent' }
      const only = few?.[first - 1]
      if (first === last && only !== undefined) {
        return { attribute: column.name, op: '=', value: only }
      }
      const low = first === 1 ? null : edges[first - 2]!
      const high = last === bins ? null : edges[last - 1]!
      return { attribute: column.name, op: 'range', low, high }
    },
  }
}

/** The distinct numbers in ascending order, or null where there are more than `most`. */
export function distinctValues(values: Float64Array, most: number): number[] | null {
  const distinct = new Set<number>()
  for (const value of values) {
    if (Number.isNaN(value)) continue
    distinct.add(value)
    if (distinct.size > most) return null
  }
  return [...distinct].toSorted((a, b) => a - b)
}

/** A regular sample of the baseline is enough for bin edges: ends are moved on raw values later. */
const sampleRows = 20_000

function quantileEdges(table: CohortTable, values: Float64Array): number[] {
  const wanted: number[] = []
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 0 && !Number.isNaN(values[row]!)) wanted.push(values[row]!)
  }
  if (wanted.length === 0) {
    for (const value of values) if (!Number.isNaN(value)) wanted.push(value)
  }
  const step = Math.ceil(wanted.length / sampleRows)
  const sample = Float64Array.from(
    { length: Math.ceil(wanted.length / step) },
    (_, i) => wanted[i * step]!,
  ).toSorted()
  const bins = table.rows >= 100_000 ? 48 : 32
  const edges: number[] = []
  for (let bin = 1; bin < bins; bin++) {
    const edge = sample[Math.floor((bin * sample.length) / bins)]!
    if (edge > (edges.at(-1) ?? sample[0]!)) edges.push(edge)
  }
  return edges
}

function edgesUpTo(edges: readonly number[], value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
