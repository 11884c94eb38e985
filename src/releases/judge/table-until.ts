import type { AttributeColumn } from '../../cohorts/cohort-table.ts'
import type { UnitTable } from './unit-table.ts'

/** What a look at time `to` would have read of a table: the rows before it. Rows must be in order of time. */
export function tableUntil(table: UnitTable, to: number): UnitTable {
  let rows = table.at.findIndex((at) => at >= to)
  if (rows < 0) rows = table.rows
  const attributes = table.attributes.map((column): AttributeColumn =>
    column.kind === 'number'
      ? { ...column, values: column.values.subarray(0, rows) }
      : { ...column, codes: column.codes.subarray(0, rows) },
  )
  return {
    ...table,
    rows,
    at: table.at.subarray(0, rows),
    candidate: table.candidate.subarray(0, rows),
    discovery: table.discovery.subarray(0, rows),
    operation: table.operation.subarray(0, rows),
    duration: table.duration.subarray(0, rows),
    failed: table.failed.subarray(0, rows),
    silent: table.silent.subarray(0, rows),
    traceIds: table.traceIds.slice(0, rows),
    ...(table.warmUp && {
      warmUp: { ...table.warmUp, rows: table.warmUp.rows.subarray(0, rows) },
    }),
    attributes,
    sampledFrom: rows,
  }
}
