import { quotedText } from '../../store/sql-text.ts'
import { harmCallOdds } from '../judge/parts/edges/edge-evidence.ts'
import { edgesPart } from '../judge/parts/edges/look-at-edges.ts'
import type { Policy } from '../judge/policy.ts'
import { sampleOf } from '../judge/units/unit-scope.ts'
import type { FindingKind } from '../verdict.ts'
import { type AlteredRows, alteredStore } from './altered-store.ts'
import { clearly, isClearlyDetectable } from './clearly-detectable.ts'
import { candidateName, type CutToDivide, type DividedCut } from './divide-cut.ts'
import { dividedFor, type PartDrill, plantLooks, watchOf } from './drill-parts.ts'
import { slowSight } from './plant-regression.ts'
import type { PartPlant } from './self-check.ts'
import { evenLooks, watchPart } from './watch-part.ts'

interface EdgePlant {
  what: string
  finding: FindingKind
  /** @param hit SQL condition of the calls that it is done to */
  rows: (hit: string, seed: number) => AlteredRows
  isDetectable: (calls: CallTraffic, policy: Policy) => boolean
}

/** Calls of both sides, a trace at most once, and requests of the operation that makes most of them. */
interface CallTraffic {
  requests: [baseline: number, candidate: number]
  calls: [baseline: number, candidate: number]
  baselineFailed: number
  /** ms */
  durations: [baseline: number[], candidate: number[]]
}

const failingShare = 0.5
const slower = 4

const plants: readonly EdgePlant[] = [
  {
    what: `${failingShare * 100} % of the calls fail`,
    finding: 'failure-rate',
    rows: (hit, seed) => ({
      columns: {
        status: `if(${hit} AND cityHash64(stored.trace_id, 'edge ${seed}') % 100 < ${failingShare * 100}, 'error', toString(stored.status))`,
      },
    }),
    isDetectable: ({ calls: [baseline, candidate], baselineFailed }, policy) =>
      isClearlyDetectable({ baseline, candidate, baselineFailed }, failingShare, policy),
  },
  {
    what: 'the calls are no longer made',
    finding: 'missing-call',
    rows: (hit) => ({ columns: {}, keep: `NOT (${hit})` }),
    isDetectable: ({ requests: [baseline, candidate], calls }, policy) =>
      isClearlyDetectable({ baseline, candidate, baselineFailed: baseline - calls[0] }, 1, {
        ...policy,
        harmFailureRatio: harmCallOdds,
      }),
  },
  {
    what: `the calls take ${slower} times as long`,
    finding: 'latency',
    rows: (hit) => ({
      columns: { duration: `if(${hit}, ${slower} * stored.duration, stored.duration)` },
    }),
    isDetectable({ durations: [baseline, candidate] }, policy) {
      const slow = candidate.map((millis) => slower * millis)
      const { detectableRatio } = slowSight([baseline, slow], slower, true, policy)
      return detectableRatio !== null && slower >= detectableRatio * clearly
    },
  },
]

/** Adds a regression to the calls that the candidate of a placebo makes most; null where there are none. */
export async function edgePlant(
  cut: CutToDivide,
  number: number,
  seed: number,
  drill: PartDrill,
): Promise<PartPlant | null> {
  const { window } = cut.loaded
  const divided = dividedFor(cut, number, seed)
  const busiest = await busiestCall(divided, cut, drill)
  if (busiest === null) return null
  const { what, finding, rows, isDetectable } = plants[number % plants.length]!
  const hit = `${divided.isCandidate} AND stored.kind IN ('client', 'producer') AND stored.name = ${quotedText(busiest.name)}`
  const { columns, keep } = rows(hit, seed)
  const altered = divided.altered.traces
  const planted: AlteredRows = {
    columns: { ...altered?.columns, ...columns },
    ...(keep !== undefined && { keep }),
  }
  const { service } = drill.service
  const watched = await watchPart(
    watchOf(edgesPart, divided, window, drill, planted),
    evenLooks(window, plantLooks),
    (findings) =>
      findings.some(
        ({ kind, cohort }) =>
          kind === finding &&
          cohort.some((one) => {
            return one.attribute === 'edge.caller' && one.op === '=' && one.value === service
          }),
      ),
  )
  const { alphaHarm, edgesShare, harmLatencyOdds } = drill.policy
  const policy = { ...drill.policy, alphaHarm: alphaHarm * edgesShare, harmLatencyOdds }
  const seconds = watched?.alarmSeconds ?? null
  return {
    part: 'edges',
    what,
    subject: busiest.name,
    candidateShare: shareOf(busiest.traffic.requests),
    isDetectable: isDetectable(busiest.traffic, policy),
    found: seconds !== null,
    seconds,
  }
}

function shareOf([baseline, candidate]: [number, number]): number {
  return candidate / Math.max(1, baseline + candidate)
}

/** Traces that are read to see what may be found: those of the cut's requests that were read. */
const maxTraces = 20_000

async function busiestCall(
  { altered }: DividedCut,
  { loaded: { window, table } }: CutToDivide,
  { store, service }: PartDrill,
): Promise<{ name: string; traffic: CallTraffic } | null> {
  const spans = alteredStore(store, altered).relation('traces')
  const within = `service = {service: String} AND environment = {environment: String}
    AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
    AND ${sampleOf(table.sample?.oneOf ?? 1)}`
  const asked = { ...service, from: window.from, to: window.to, candidate: candidateName }
  const [busiest] = await store.query<{ name: string; entry: string }>(
    `SELECT name, entry FROM (SELECT trace_id, name FROM ${store.relation('traces')}
         WHERE ${within} AND kind IN ('client', 'producer') GROUP BY trace_id, name) AS calls
       INNER JOIN (SELECT trace_id, any(name) AS entry FROM ${store.relation('traces')}
         WHERE ${within} AND kind IN ('server', 'consumer') GROUP BY trace_id) AS requests USING (trace_id)
     GROUP BY name, entry ORDER BY count() DESC, name, entry LIMIT 1`,
    asked,
  )
  if (busiest === undefined) return null
  const { columns, rows } = await store.queryColumns(
    `SELECT side, made, failed, millis
     FROM (SELECT trace_id, max(service_version = {candidate: String}) AS side FROM ${spans}
         WHERE ${within} AND kind IN ('server', 'consumer') AND name = {entry: String} GROUP BY trace_id) AS requests
       LEFT ANY JOIN (SELECT trace_id, 1 AS made, max(status = 'error') AS failed, max(duration) / 1e6 AS millis
         FROM ${store.relation('traces')}
         WHERE ${within} AND kind IN ('client', 'producer') AND name = {name: String} GROUP BY trace_id) AS calls USING (trace_id)
     ORDER BY trace_id LIMIT ${maxTraces}`,
    { ...asked, ...busiest },
  )
  const traffic: CallTraffic = {
    requests: [0, 0],
    calls: [0, 0],
    baselineFailed: 0,
    durations: [[], []],
  }
  const value = (name: string, row: number): number => Number(columns[name]![row])
  for (let row = 0; row < rows; row++) {
    const side = value('side', row) === 1 ? 1 : 0
    traffic.requests[side] += 1
    if (value('made', row) === 0) continue
    traffic.calls[side] += 1
    traffic.durations[side].push(value('millis', row))
    if (side === 0) traffic.baselineFailed += value('failed', row)
  }
  return { name: busiest.name, traffic }
}
