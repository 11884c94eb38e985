import { createHash } from 'node:crypto'
import type { Cohort } from '../../../../cohorts/cohort.ts'
import type { Finding, Severity } from '../../../verdict.ts'
import type { Policy } from '../../policy.ts'
import type { UnitTable } from '../../unit-table.ts'
import { type Edge, edgeKey, type EdgeSeries } from './edge.ts'
import { callsLeft, type EdgeEvidence } from './edge-evidence.ts'
import { callee, edgeTitle, vanishedTitle } from './edge-title.ts'
import type { EdgeCounts } from './load-edges.ts'
import { measureEdge, type MeasuredEdge } from './measure-edge.ts'
import type { VanishedOperation } from './vanished-operations.ts'

export interface DescribedEdge {
  finding: Finding
  evidence: EdgeEvidence
  measured: MeasuredEdge
}

export interface EdgeContext {
  /** All edges, for what is called instead of what is missing. */
  counts: Pick<EdgeCounts, 'edges'>
  service: string
  policy: Policy
  /** ISO 8601 */
  now: string
}

/** So few of the calls are left where next to none is made. */
const vanishedRatio = 0.1

export function describeEdge(
  evidence: EdgeEvidence,
  { service, policy, now, counts }: EdgeContext,
): DescribedEdge {
  const { hypothesis, maxLogE } = evidence
  const { measure, series } = hypothesis
  const measured = measureEdge(evidence, policy.alphaInterval)
  const { effect, total } = measured
  const each = (side: 0 | 1): number => series.calls[side] / Math.max(1, unitsOf(series)[side])
  const instead = newCall(evidence, counts)
  const finding: Finding = {
    id: idOf(measure, edgeKey(series.edge)),
    kind: measure,
    severity: severityOf(evidence, measured, instead),
    title: edgeTitle({
      ...measured,
      measure,
      edge: series.edge,
      service,
      confidence: 1 - policy.alphaInterval,
      callsEach: [each(0), each(1)],
      insteadOf: instead === null ? null : callee(instead.edge),
    }),
    cohort: cohortOf(series.edge, service),
    effect,
    evidence: {
      eValue: Math.exp(Math.min(maxLogE, 600)),
      baselineCount: total.baselineTotal,
      candidateCount: total.candidateTotal,
      firstSeen: now,
      exemplars: [],
    },
    explains: [],
  }
  return { finding, evidence, measured }
}

export function describeVanished(
  vanished: VanishedOperation,
  table: UnitTable,
  now: string,
  comparison: 'concurrent' | 'before-after' = 'concurrent',
): Finding {
  const { hypothesis, total, maxLogE } = vanished
  const baseline = total.baselineBad / Math.max(1, total.baselineTotal)
  const candidate = total.candidateBad / Math.max(1, total.candidateTotal)
  const rows = table.operation.findIndex((index, row) => {
    return table.candidate[row] === 1 && table.operations[index] === hypothesis.operation
  })
  return {
    id: idOf('missing-traffic', hypothesis.operation),
    kind: 'missing-traffic',
    ...(comparison === 'before-after' && { comparison }),
    severity: 'minor',
    title: vanishedTitle(vanished, comparison),
    cohort: [{ attribute: 'operation', op: '=', value: hypothesis.operation }],
    effect: {
      measure: 'share of the requests',
      baseline,
      candidate,
      ratio: baseline === 0 ? null : candidate / baseline,
      low: null,
      high: null,
      unit: 'fraction',
    },
    evidence: {
      eValue: Math.exp(Math.min(maxLogE, 600)),
      baselineCount: total.baselineBad,
      candidateCount: total.candidateBad,
      firstSeen: now,
      exemplars: rows < 0 ? [] : [table.traceIds[rows]!],
    },
    explains: [],
  }
}

/** A call in the same requests that the candidate makes about as often as the baseline made the missing one. */
function newCall(
  { hypothesis, total }: EdgeEvidence,
  { edges }: EdgeContext['counts'],
): EdgeSeries | null {
  const { measure, series } = hypothesis
  if (measure !== 'missing-call') return null
  const lost = 1 - total.baselineBad / Math.max(1, total.baselineTotal)
  const found = edges.find((other) => {
    if (other.edge.role !== 'call' || other.edge.entry !== series.edge.entry) return false
    const [baseline, candidate] = unitsOf(other)
    const now = candidate / Math.max(1, total.candidateTotal)
    return now >= 0.5 * lost && baseline / Math.max(1, total.baselineTotal) <= 0.1 * now
  })
  return found ?? null
}

/** Of the baseline and of the candidate. */
function unitsOf({ failures }: EdgeSeries): [number, number] {
  let [baseline, candidate] = [0, 0]
  for (const block of failures) {
    baseline += block.baselineTotal
    candidate += block.candidateTotal
  }
  return [baseline, candidate]
}

function severityOf(
  { hypothesis, total }: EdgeEvidence,
  { effect }: MeasuredEdge,
  instead: EdgeSeries | null,
): Severity {
  const { ratio, candidate } = effect
  switch (hypothesis.measure) {
    case 'latency':
      return ratio !== null && ratio >= 2 ? 'major' : 'minor'
    case 'missing-call':
      // a cache saves some of the calls, and a call that has moved is not lost
      return instead === null && callsLeft(total) <= vanishedRatio ? 'major' : 'minor'
    case 'repeated-calls':
      return 'major'
    case 'failure-rate':
    default:
      return ratio === null || ratio >= 5 || (candidate ?? 0) >= 0.05 ? 'critical' : 'major'
  }
}

function cohortOf(edge: Edge, service: string): Cohort {
  const own = (name: string, value: string): Cohort =>
    value === '' ? [] : [{ attribute: name, op: '=', value }]
  switch (edge.role) {
    case 'caller':
    case 'reach':
      return [
        ...own('edge.caller', edge.service),
        ...own('edge.target', service),
        ...own('operation', edge.operation),
      ]
    case 'call':
      return [
        ...own('edge.caller', service),
        ...own('edge.target', edge.service),
        ...own('edge.operation', edge.operation),
        ...own('operation', edge.entry),
      ]
    case 'below':
      return [
        ...own('edge.target', edge.service),
        ...own('edge.operation', edge.operation),
        ...own('operation', edge.entry),
      ]
    case 'beyond':
    default:
      return [...own('edge.target', edge.service), ...own('edge.operation', edge.operation)]
  }
}

function idOf(kind: string, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['edges', kind, name]))
    .digest('hex')
    .slice(0, 10)
}
