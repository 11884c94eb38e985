import { quantileOf } from '../../stats/kth-smallest.ts'
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
  const own = durations.subarray(0, requests)
  return {
    requests,
    failures,
    errorRate: requests === 0 ? null : failures / requests,
    p50Ms: quantileOf(own, 0.5) ?? null,
    p99Ms: quantileOf(own, 0.99) ?? null,
  }
}
