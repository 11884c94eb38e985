/** Attributes as small codes, for counting. Code 0 is always "absent". */
import { takeAt } from './cell-counts.ts'
import type { Condition } from './cohort.ts'
import type { AttributeColumn, CategoryColumn, CohortTable, NumberColumn } from './cohort-table.ts'
import type { MeasureKind } from './compare/cohort-source.ts'
import { compareValues } from './compare-values.ts'
import { baselineBins, codesBetween, edgesUpTo } from './quantile-edges.ts'
import { changeOfValues, countValues, everyRow, type CountedRows } from './value-counts.ts'

export interface CodedAttribute {
  name: string
  column: AttributeColumn
  /** Codes are 0 to size - 1. */
  size: number
  /** Per row that was coded. */
  codes: Uint8Array
  /** Ordered codes (1 to size - 1) are bins of a number: neighbours form intervals. */
  ordered: boolean
  /** Code of the values too rare to be reported, or -1. */
  other: number
  /** Nats that it costs to name one value, and one interval: the log of how many there are. */
  valueCost: number
  intervalCost: number
  /** Values that could have been reported but have no place among the codes. */
  dropped: number
  /** The condition for codes `first` to `last`. */
  condition: (first: number, last: number) => Condition
  /** The code that a number has; categories have none. */
  codeOf?: (value: number) => number
}

const maxValues = 254
/**
 * Bad candidate rows (of a volume: rows) in the half that is searched, below which the other half could hardly confirm a
 * value: two thirds of the dozen that a confirmation takes.
 */
const leastReportable = 8
const fewValues = 12

/**
 * Independent of the order of the rows and of how dictionaries number their values.
 * @param bad per row: 1 where the row is bad for some measure; for volumes every row is
 * @param minimumBad bad rows of the candidate that a value needs; for volumes rows of the side that has more
 */
export function codeAttribute(
  table: CohortTable,
  column: AttributeColumn,
  bad: Uint8Array,
  minimumBad: number,
  kind: MeasureKind = 'share',
): CodedAttribute {
  return codeRows(table, column, everyRow(table, bad), minimumBad, kind)
}

/** The same for some of the rows: only they have codes. */
export function codeRows(
  table: CohortTable,
  column: AttributeColumn,
  counted: CountedRows,
  minimumBad: number,
  kind: MeasureKind,
): CodedAttribute {
  return column.kind === 'number'
    ? codeNumbers(table, column, counted)
    : codeCategories(column, counted, minimumBad, kind)
}

/**
 * A value with fewer than `minimumBad` bad candidate rows can never be reported, alone or in a pair, so such values
 * share one code. What a value costs counts every value that the candidate could have shown, not only those with
 * failures. Of too many values, half of the codes go to those that changed most, half to those with most bad rows.
 */
function codeCategories(
  column: CategoryColumn,
  counted: CountedRows,
  minimumBad: number,
  kind: MeasureKind,
): CodedAttribute {
  const counts = countValues(column, counted)
  const enough: number[] = []
  let possible = 0
  for (let code = 1; code < column.values.length; code++) {
    const other = kind === 'volume' ? counts.baseline[code]! : 0
    if (Math.max(counts.candidateBad[code]!, other) >= minimumBad) enough.push(code)
    if (Math.max(counts.candidate[code]!, other) >= minimumBad) possible += 1
  }
  const couldBeReported = (code: number): boolean =>
    Math.max(counts.candidateBad[code]!, kind === 'volume' ? counts.baseline[code]! : 0) >=
    leastReportable
  const byName = (a: number, b: number): number =>
    compareValues(column.values[a] ?? null, column.values[b] ?? null)
  const byRows = (a: number, b: number): number =>
    counts.candidateBad[b]! - counts.candidateBad[a]! || byName(a, b)
  enough.sort(byRows)
  if (enough.length > maxValues) {
    const changed = changeOfValues(counts, kind)
    const most = enough
      .toSorted((a, b) => changed(b) - changed(a) || byRows(a, b))
      .slice(0, maxValues / 2)
    const first = new Set(most)
    enough.splice(0, enough.length, ...most, ...enough.filter((code) => !first.has(code)))
  }
  const kept = enough.slice(0, maxValues)
  const other = kept.length + 1
  const codeOf = new Uint8Array(column.values.length).fill(other)
  codeOf[0] = 0
  for (const [index, code] of kept.entries()) codeOf[code] = index + 1
  return {
    name: column.name,
    column,
    size: other + 1,
    codes: recodedAt(column.codes, counted.rows, codeOf),
    ordered: false,
    other,
    valueCost: Math.log(possible + 1),
    intervalCost: 0,
    dropped: enough.slice(maxValues).filter(couldBeReported).length,
    condition: (code) => {
      const value = code === 0 ? null : column.values[kept[code - 1]!]
      return value === null || value === undefined
        ? { attribute: column.name, op: 'absent' }
        : { attribute: column.name, op: '=', value }
    },
  }
}

function recodedAt(
  from: CategoryColumn['codes'],
  rows: Uint32Array,
  codeOf: Uint8Array,
): Uint8Array {
  const codes = new Uint8Array(rows.length)
  for (let i = 0; i < codes.length; i++) codes[i] = codeOf[from[rows[i]!]!]!
  return codes
}

/** Bins with about equal numbers of baseline rows; each value a bin of its own where there are few. */
function codeNumbers(
  table: CohortTable,
  column: NumberColumn,
  { rows }: CountedRows,
): CodedAttribute {
  const { values } = column
  const few = distinctValues(values, fewValues)
  const { edges, codes: all } =
    few === null
      ? baselineBins(values, table.candidate, table.rows >= 100_000 ? 48 : 32)
      : { edges: few.slice(1), codes: codesBetween(few.slice(1), values) }
  const bins = edges.length + 1
  const codes = rows.length === table.rows ? all : takeAt(all, rows)
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
    codeOf: (value) => 1 + edgesUpTo(edges, value),
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
  let last = Number.NaN
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (value === last || Number.isNaN(value)) continue
    distinct.add(value)
    if (distinct.size > most) return null
    last = value
  }
  return [...distinct].toSorted((a, b) => a - b)
}
