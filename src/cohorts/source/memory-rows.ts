/** Rows in typed arrays: what `memorySource` compares. */
import type { AttributeColumn, CategoryColumn, CohortTable } from '../cohort-table.ts'
import type { SourceMeasure } from '../compare/cohort-source.ts'

/** A category with few values may take a byte a row; a `CategoryColumn` is one too. */
export interface MemoryCategoryColumn extends Omit<CategoryColumn, 'codes'> {
  codes: Uint8Array | Uint16Array | Uint32Array
}

/** Half the memory where single precision does; a `NumberColumn` is one too. */
export interface MemoryNumberColumn {
  name: string
  kind: 'number'
  /** Per row; NaN = absent. */
  values: Float32Array | Float64Array
}

export type MemoryColumn = MemoryCategoryColumn | MemoryNumberColumn

/** A `CohortTable` whose columns may be narrower. */
export interface MemoryTable extends Omit<CohortTable, 'attributes'> {
  attributes: readonly MemoryColumn[]
}

export interface MemoryMeasure extends SourceMeasure {
  /** Per row: 1 = bad, 0 = good, 255 = does not count; of a volume every event is bad. */
  bad: Uint8Array
}

export interface MemoryDurations {
  /** Per row, above 0; NaN = the row has none. */
  values: Float32Array | Float64Array
  /** Per row: events of one operation share their latency bounds; left out, all do. */
  operation?: Uint8Array | Uint16Array | Uint32Array
}

/** A column of the rows `rows`, in the shape that the search takes. */
export function takeColumn(column: MemoryColumn, rows: Uint32Array): AttributeColumn {
  if (column.kind === 'number') {
    const values = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!
    return { name: column.name, kind: 'number', values }
  }
  const codes =
    column.values.length <= 65_536 ? new Uint16Array(rows.length) : new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!
  return { name: column.name, kind: 'category', codes, values: column.values }
}
