import { categoryColumn, numberColumn } from '../judge/attribute-columns.ts'
import type { UnitTable } from '../judge/unit-table.ts'

/** One unit of a hand-made table; everything has a default. */
export interface UnitRow {
  at?: number
  candidate?: boolean
  discovery?: boolean
  operation?: string
  duration?: number
  failed?: boolean
  silent?: boolean
  attributes?: Readonly<Record<string, string | number>>
}

/** A table of the given rows; attributes with numbers become number columns. */
export function tableOf(rows: readonly UnitRow[]): UnitTable {
  const operations = [...new Set(rows.map(({ operation = 'GET /' }) => operation))]
  const keys = [...new Set(rows.flatMap(({ attributes = {} }) => Object.keys(attributes)))]
  const flags = (of: (row: UnitRow) => boolean | undefined): Uint8Array =>
    Uint8Array.from(rows, (row) => (of(row) === true ? 1 : 0))
  return {
    rows: rows.length,
    at: Float64Array.from(rows, ({ at = 0 }) => at),
    candidate: flags(({ candidate }) => candidate),
    discovery: flags(({ discovery }) => discovery),
    operation: Uint16Array.from(rows, ({ operation = 'GET /' }) => operations.indexOf(operation)),
    operations,
    duration: Float64Array.from(rows, ({ duration = 10 }) => duration),
    failed: flags(({ failed }) => failed),
    silent: flags(({ silent }) => silent),
    silentReasons: new Map(
      rows.flatMap(({ silent }, row) => (silent === true ? [[row, 'POST /charges failed']] : [])),
    ),
    traceIds: rows.map((_, row) => row.toString(16).padStart(32, '0')),
    attributes: [
      categoryColumn(
        'operation',
        rows.map(({ operation = 'GET /' }) => operation),
        rows.length,
      ),
      ...keys.map((key) => {
        const values = rows.map(({ attributes = {} }) => attributes[key])
        const numeric = values.some((value) => typeof value === 'number')
        return (numeric ? numberColumn : categoryColumn)(key, values, rows.length)
      }),
    ],
    sampledFrom: rows.length,
    detectorsComplete: true,
  }
}

/** So many copies of a row. */
export function times(count: number, row: UnitRow): UnitRow[] {
  return Array.from({ length: count }, () => row)
}
