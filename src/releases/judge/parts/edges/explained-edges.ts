import type { Finding } from '../../../verdict.ts'
import { ownUnits } from '../../attribution/finding-units.ts'
import type { UnitTable } from '../../unit-table.ts'
import type { DescribedEdge } from './describe-edges.ts'
import type { EdgeTrace } from './bad-traces.ts'

/** An edge, with the candidate's traces that show what its finding says. */
export interface SeenEdge extends DescribedEdge {
  bad: readonly EdgeTrace[]
}

/** Of what is more than the baseline explains, so much must lie in the same traces. */
const sameTraces = 0.8

/**
 * Which finding an edge's finding repeats: the requests of the service that its callers see fail are the requests that
 * fail. By the id of the finding that accounts for others; an edge is accounted for once, the service's own findings
 * first, then the edges in the order given.
 */
export function explainEdges(
  seen: readonly SeenEdge[],
  own: readonly Finding[],
  table: UnitTable,
): Map<string, string[]> {
  const explains = new Map<string, string[]>()
  const known = own.map((finding) => ({ id: finding.id, traces: tracesOf(finding, table) }))
  for (const { finding, measured, bad } of seen) {
    const accounting = known.find(({ traces }) => {
      return bad.length > 0 && coveredShare(bad, traces, measured.total) >= sameTraces
    })
    if (accounting === undefined) {
      known.push({ id: finding.id, traces: new Set(bad.map(({ traceId }) => traceId)) })
    } else {
      explains.set(accounting.id, [...(explains.get(accounting.id) ?? []), finding.id])
    }
  }
  return explains
}

/** Of the bad traces beyond those that the baseline's rate would bring, the share that lies in others. */
function coveredShare(
  bad: readonly EdgeTrace[],
  traces: ReadonlySet<string>,
  { baselineBad, baselineTotal, candidateBad }: DescribedEdge['measured']['total'],
): number {
  const shared = bad.reduce((sum, { traceId }) => sum + (traces.has(traceId) ? 1 : 0), 0)
  const usual = candidateBad === 0 ? 0 : (baselineBad / Math.max(1, baselineTotal)) * bad.length
  return shared / Math.max(1, bad.length - usual)
}

/** The candidate's traces that are bad in the sense of a finding of the service. */
function tracesOf(finding: Finding, table: UnitTable): Set<string> {
  const units = ownUnits(finding, table)
  return new Set(
    units?.traceIds.filter((_, row) => units.bad[row] === 1 && units.candidate[row] === 1),
  )
}
