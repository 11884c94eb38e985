import type { DashboardSide } from '../verdict.ts'
import type { UnitTable } from './unit-table.ts'

/** What an ordinary dashboard shows of both sides: all requests of the service in one pot. */
export function dashboard(table: UnitTable): { baseline: DashboardSide; candidate: DashboardSide } {
  return { baseline: side(table, 0), candidate: side(table, 1) }
}

function side(table: UnitTable, which: 0 | 1): DashboardSide {
  const durations = new Float64Array(table.rows)
  let requests = 0
  let failures = 0
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] !== which) continue
    durations[requests++] = table.duration[row]!
    failures += table.failed[row]!
  }
  const sorted = durations.subarray(0, requests).toSorted()
  const quantile = (p: number): number | null =>
    requests === 0 ? null : sorted[Math.ceil(p * requests) - 1]!
  return {
    requests,
    failures,
    errorRate: requests === 0 ? null : failures / requests,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  }
}
