import { cohortMask } from '../../../cohorts/cohort-table.ts'
import type { Finding } from '../../verdict.ts'
import { badRows, notCounted, slowBounds, slowRows } from '../measures.ts'
import type { UnitTable } from '../unit-table.ts'

/** The units that a finding is about, by row. */
export interface FindingUnits {
  traceIds: readonly string[]
  /** 1 = this release's new version */
  candidate: ArrayLike<number>
  /** 1 = bad in the sense of the finding */
  bad: ArrayLike<number>
  /** ms since the epoch */
  at: ArrayLike<number>
  /** Rows of different strata are never compared with each other. */
  stratum: ArrayLike<number>
}

/** The units of a finding about the service's own requests; null for one that is about something else. */
export function ownUnits({ kind, cohort }: Finding, table: UnitTable): FindingUnits | null {
  if (kind !== 'failure-rate' && kind !== 'silent-failure' && kind !== 'latency') return null
  if (cohort.some(({ attribute }) => attribute.startsWith('edge.'))) return null
  const mask = cohortMask(table, cohort)
  const bad =
    kind === 'latency' ? slowRows(table, slowBounds(table, 0.9, 20)) : badRows(table, kind)
  const rows: number[] = []
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 1 && bad[row] !== notCounted) rows.push(row)
  }
  return {
    traceIds: rows.map((row) => table.traceIds[row]!),
    candidate: Uint8Array.from(rows, (row) => table.candidate[row]!),
    bad: Uint8Array.from(rows, (row) => bad[row]!),
    at: Float64Array.from(rows, (row) => table.at[row]!),
    stratum: Uint16Array.from(rows, (row) => table.operation[row]!),
  }
}
