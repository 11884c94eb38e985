import { cohortMask } from '../../../../cohorts/cohort-table.ts'
import type { Finding } from '../../../verdict.ts'
import { ownUnits } from '../../attribution/finding-units.ts'
import type { UnitTable } from '../../unit-table.ts'
import type { EdgeTrace } from './bad-traces.ts'
import type { DescribedEdge } from './describe-edges.ts'

/** An edge, with the candidate's traces on it. */
export interface SeenEdge extends DescribedEdge {
  traces: readonly EdgeTrace[]
}

/** What is left of a finding once another one is taken away: with more than this share of it, it is a finding of its own. */
const mostLeft = 0.2

/** What a finding says of the candidate's traces. */
interface Account {
  id: string
  /** Bad as it says. */
  bad: ReadonlySet<string>
  /** Of durations of the service's own requests: ms that a trace took longer than is usual. */
  added?: ReadonlyMap<string, number>
  /** Of durations on an edge: ms. */
  took?: ReadonlyMap<string, number>
}

/**
 * Which finding an edge's finding repeats: the requests of the service that its callers see fail are the requests that
 * fail, and what a caller waits longer is what the service takes longer. By the id of the finding that accounts for
 * others; an edge is accounted for once, the service's own findings first, then the edges in the order given.
 */
export function explainEdges(
  seen: readonly SeenEdge[],
  own: readonly Finding[],
  table: UnitTable,
): Map<string, string[]> {
  const explains = new Map<string, string[]>()
  const known = own.map((finding) => accountOf(finding, table))
  for (const edge of seen) {
    const accounting = known.find((account) => isAccountedFor(edge, account))
    if (accounting === undefined) known.push(accountOfEdge(edge))
    else {
      const { id } = edge.finding
      explains.set(accounting.id, [...(explains.get(accounting.id) ?? []), id])
    }
  }
  return explains
}

/**
 * Little is left of what the edge has beyond the baseline's rate without the other finding: in the traces that are not bad
 * by it. Where both are about durations, the bound of one is not that of the other: then in all traces, each less the time
 * that the service's own requests add, and of another edge also in the traces that it does not hold up beyond this bound.
 */
function isAccountedFor(edge: SeenEdge, { bad, added, took }: Account): boolean {
  const { traces, measured, evidence } = edge
  const { baselineBad, baselineTotal } = measured.total
  const usual = baselineBad / Math.max(1, baselineTotal)
  const beyond = (list: readonly EdgeTrace[]): number =>
    list.reduce((sum, trace) => sum + trace.bad, 0) - usual * list.length
  const excess = beyond(traces)
  const isLittle = (left: readonly EdgeTrace[]): boolean =>
    excess > 0 && beyond(left) <= mostLeft * excess
  const isSlow = evidence.hypothesis.measure === 'latency'
  if (isSlow && added !== undefined) {
    const without = traces.map((trace) => {
      const left = trace.took - (added.get(trace.traceId) ?? 0)
      return { ...trace, bad: left > measured.bound ? 1 : 0 }
    })
    return isLittle(without)
  }
  if (bad.size > 0 && isLittle(traces.filter(({ traceId }) => !bad.has(traceId)))) return true
  if (!isSlow || took === undefined) return false
  return isLittle(traces.filter(({ traceId }) => (took.get(traceId) ?? 0) <= measured.bound))
}

/** The candidate's traces that are bad in the sense of a finding of the service, and what it adds to their time. */
function accountOf(finding: Finding, table: UnitTable): Account {
  const units = ownUnits(finding, table)
  if (units === null) return { id: finding.id, bad: new Set() }
  const bad = new Set(
    units.traceIds.filter((_, row) => units.bad[row] === 1 && units.candidate[row] === 1),
  )
  return finding.kind === 'latency'
    ? { id: finding.id, bad, added: addedTime(finding, table) }
    : { id: finding.id, bad }
}

function accountOfEdge({ finding, evidence, traces }: SeenEdge): Account {
  const bad = new Set(traces.filter((trace) => trace.bad === 1).map(({ traceId }) => traceId))
  if (evidence.hypothesis.measure !== 'latency') return { id: finding.id, bad }
  return { id: finding.id, bad, took: new Map(traces.map(({ traceId, took }) => [traceId, took])) }
}

/** With fewer of the baseline's requests nobody knows what is usual. */
const leastBaseline = 20

/**
 * What each trace of the candidate took longer than the baseline's request of the same rank, ms: without it, the durations
 * of an operation are spread as is usual.
 */
function addedTime({ cohort }: Finding, table: UnitTable): Map<string, number> {
  const added = new Map<string, number>()
  const mask = cohortMask(table, cohort)
  const rows = [...mask.keys()].filter((row) => mask[row] === 1)
  for (const own of Map.groupBy(rows, (row) => table.operation[row]!).values()) {
    const [baseline, candidate] = [0, 1].map((side) =>
      own
        .filter((row) => table.candidate[row] === side)
        .toSorted((a, b) => table.duration[a]! - table.duration[b]!),
    ) as [number[], number[]]
    if (baseline.length < leastBaseline) continue
    candidate.forEach((row, rank) => {
      const usual = baseline[Math.floor(((rank + 0.5) / candidate.length) * baseline.length)]!
      const more = table.duration[row]! - table.duration[usual]!
      const traceId = table.traceIds[row]!
      if (more > (added.get(traceId) ?? 0)) added.set(traceId, more)
    })
  }
  return added
}
