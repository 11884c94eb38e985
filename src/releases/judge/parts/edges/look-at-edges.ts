import type { FindingUnits } from '../../attribution/finding-units.ts'
import { confirmedClaims } from '../../confirmed-claims.ts'
import type { EvidencePart, PartInput, PartLook, PartSource } from '../evidence-part.ts'
import { edgeTraces } from './bad-traces.ts'
import { describeEdge, type DescribedEdge, describeVanished } from './describe-edges.ts'
import type { EdgeRole } from './edge.ts'
import { isKept, keptLook } from './edge-looks.ts'
import { type EdgeRead, edgeRead } from './edge-read.ts'
import { edgeClaims, vanishedShare } from './edge-claims.ts'
import { edgeEvidence, type EdgeEvidence, highestSum, isWorthTelling } from './edge-evidence.ts'
import { cutSpot, notComparedSpot, unattributedSpot } from './edge-spots.ts'
import { type EdgeWindow, edgeWindow } from './edge-window.ts'
import { explainEdges, type SeenEdge } from './explained-edges.ts'
import { type EdgeCounts, loadEdges } from './load-edges.ts'
import { vanishedSince } from './vanished-since.ts'
import { withoutWarmUp } from './without-warm-up.ts'
import { hasVanished, operationUnits } from './vanished-operations.ts'
import { vanishedOperations, type VanishedOperation } from './vanished-operations.ts'

/** The edges around the released service: who calls it, what it calls, and what its traces do elsewhere. */
export const edgesPart: EvidencePart = {
  name: 'edges',
  alphaShare: ({ edgesShare }) => edgesShare,
  begin: (source) => {
    const { recorded, window, watcher, ahead } = source
    const { id } = recorded.release
    const reading = isKept(watcher, id, window) ? null : ahead.start(() => readEdges(source))
    return (context) =>
      keptLook(watcher, id, window, async () => {
        const seen = await (reading ?? readEdges(source))
        const input = { ...source, ...context }
        if (seen !== null) return await lookAtEdges(input, seen)
        return input.table.rows === 0 ? null : await lookAtTimes(input)
      })
  },
}

/** What the store tells of the edges. */
interface EdgesRead {
  blocks: EdgeWindow
  read: EdgeRead
  counts: EdgeCounts
}

/** Null without requests of two versions to compare. */
async function readEdges(source: PartSource): Promise<EdgesRead | null> {
  const { recorded, window, table, now } = source
  const has = (side: number): boolean => table.candidate.includes(side)
  if (recorded.release.baselineVersion === null || !has(0) || !has(1)) return null
  const blocks = edgeWindow(window, now)
  const read = await edgeRead(source, blocks)
  return { blocks, read, counts: await loadEdges(read, blocks) }
}

/** Findings of one look, the strongest first; more than these say nothing new. */
const maxFindings = 12
const maxExemplars = 5
/** What is nearer to the service explains what is farther from it. */
const nearest: readonly EdgeRole[] = ['call', 'caller', 'reach', 'below', 'beyond']

async function lookAtEdges(
  input: PartInput,
  { blocks, read, counts: all }: EdgesRead,
): Promise<PartLook> {
  const { recorded, window, policy, table, memory, now } = input
  const { service } = recorded.release
  const counts = withoutWarmUp(all, table, blocks)
  const { claims, remembered } = edgeClaims(counts.edges, operationUnits(table), memory.claims)
  const evidence = edgeEvidence(claims, counts, policy).filter(isWorthTelling)
  const bound = { alphaHarm: policy.alphaHarm * policy.edgesShare }
  const isAlarmed = highestSum(evidence, blocks.blocks) >= 1 / bound.alphaHarm
  const vanished = vanishedOperations(table, window, remembered)
  const confirmed = confirmedClaims(
    { evaluated: [...evidence, ...vanished], globalMaxLogE: Number.NEGATIVE_INFINITY },
    bound,
  )
  const own = confirmed.filter((each): each is EdgeEvidence => 'series' in each)
  const shown = withAlarm(own, isAlarmed, evidence)
  const at = new Date(now).toISOString()
  const seen: SeenEdge[] = []
  for (const each of shown) {
    const described = describeEdge(each, { service, policy, now: at, counts })
    seen.push(await withTraces(described, read, blocks))
  }
  const gone = confirmed.filter((each) => !('series' in each) && hasVanished(each))
  return {
    findings: [
      ...seen.map(({ finding }) => finding),
      ...gone.map((each) => describeVanished(each as VanishedOperation, table, at)),
    ],
    explained: explainEdges(seen, input.findings, table),
    unitsOf: async ({ id }) => {
      const one = seen.find(({ finding }) => finding.id === id)
      // asked about at later looks as well, when the sample of this one is gone
      const all = { ...read, scope: { ...read.scope, own: undefined } }
      return one === undefined ? null : await unitsOfEdge(one, all, blocks)
    },
    isAlarmed,
    claims: [],
    withheld: null,
    spots: [...cutSpot(service, counts.cut), ...unattributedSpot(service, counts.unattributed)],
    memory: { ...memory, claims: remembered },
  }
}

/** Without two versions at the same time, what there is no traffic of any more is all that can be told. */
async function lookAtTimes(input: PartInput): Promise<PartLook> {
  const { store, recorded, window, policy, table, memory, now } = input
  const { release } = recorded
  const at = new Date(now).toISOString()
  // one that is not there yet says nothing about what its release left behind
  const alpha = policy.alphaHarm * policy.edgesShare * vanishedShare
  const gone = table.candidate.includes(1) ? await vanishedSince(store, release, window, alpha) : []
  const known = new Set(
    input.findings
      .filter(({ kind }) => kind === 'missing-traffic')
      .flatMap(({ cohort }) => cohort.map((one) => (one.op === '=' ? one.value : ''))),
  )
  return {
    findings: gone
      .filter(({ hypothesis }) => !known.has(hypothesis.operation))
      .slice(0, maxFindings)
      .map((each) => describeVanished(each, table, at, 'before-after')),
    isAlarmed: false,
    claims: [],
    withheld: null,
    spots: [notComparedSpot(release.service)],
    memory,
  }
}

const weighted = ({ hypothesis, maxLogE }: EdgeEvidence): number =>
  maxLogE + Math.log(hypothesis.weight)

/** Those to show, the nearest to the service first; where only all together alarmed, the strongest stands for them. */
function withAlarm(
  confirmed: readonly EdgeEvidence[],
  isAlarmed: boolean,
  evidence: readonly EdgeEvidence[],
): EdgeEvidence[] {
  const strongest = (list: readonly EdgeEvidence[]): EdgeEvidence[] =>
    list.toSorted((a, b) => weighted(b) - weighted(a))
  const canAlarm = (each: EdgeEvidence): boolean => each.canAlarm
  const first =
    isAlarmed && !confirmed.some(canAlarm) ? strongest(evidence.filter(canAlarm)).slice(0, 1) : []
  const place = ({ hypothesis }: EdgeEvidence): number =>
    nearest.indexOf(hypothesis.series.edge.role)
  return [...first, ...strongest(confirmed)]
    .slice(0, maxFindings)
    .toSorted((a, b) => place(a) - place(b))
}

/** What an overlapping release is told apart by. */
async function unitsOfEdge(
  { evidence, measured }: DescribedEdge,
  read: EdgeRead,
  window: EdgeWindow,
): Promise<FindingUnits> {
  const traces = await edgeTraces(read, window, evidence.hypothesis, measured.bound, 'both')
  return {
    traceIds: traces.map(({ traceId }) => traceId),
    candidate: Uint8Array.from(traces, ({ candidate }) => candidate),
    bad: Uint8Array.from(traces, ({ bad }) => bad),
    at: Float64Array.from(traces, ({ at }) => at),
    stratum: new Uint8Array(traces.length),
  }
}

async function withTraces(
  described: DescribedEdge,
  read: EdgeRead,
  window: EdgeWindow,
): Promise<SeenEdge> {
  const { finding, evidence, measured } = described
  const traces = await edgeTraces(read, window, evidence.hypothesis, measured.bound, 'candidate')
  const bad = traces.filter((trace) => trace.bad === 1)
  const exemplars = bad.slice(0, maxExemplars).map(({ traceId }) => traceId)
  return {
    ...described,
    traces,
    finding: { ...finding, evidence: { ...finding.evidence, exemplars } },
  }
}
