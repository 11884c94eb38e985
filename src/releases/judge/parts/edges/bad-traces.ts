import type { Edge } from './edge.ts'
import type { EdgeClaim } from './edge-claims.ts'
import { edgeUnitsSql, firstEntriesSql } from './edge-sql.ts'
import type { EdgeRead } from './edge-read.ts'
import type { EdgeWindow } from './edge-window.ts'

/** A unit of an edge: what one trace did there. */
export interface EdgeTrace {
  traceId: string
  /** 1 = candidate */
  candidate: number
  /** 1 = as the finding says */
  bad: number
  /** ms since the epoch */
  at: number
  /** ms; 0 where it is a request without a call */
  took: number
}

/** Traces that are read of one edge. */
const maxTraces = 20_000

/**
 * The units of an edge, each with whether it is bad in the sense of the claim; the earliest first.
 * @param bound beyond which a duration (ms) or a number of calls is bad
 * @param sides those of the candidate alone, or of both versions
 */
export async function edgeTraces(
  { store, scope, parameters, candidateVersion }: EdgeRead,
  window: EdgeWindow,
  { measure, series: { edge } }: EdgeClaim,
  bound: number,
  sides: 'candidate' | 'both',
): Promise<EdgeTrace[]> {
  const units = edgeUnitsSql(edge.role, scope)
  const isEdge = `service = {edgeService: String} AND operation = {edgeOperation: String} AND entry = {edgeEntry: String}`
  const bad = {
    'failure-rate': 'toUInt8(failed)',
    latency: `toUInt8(duration > ${Math.round(bound * 1e6)})`,
    'repeated-calls': `toUInt8(calls > ${bound})`,
    'missing-call': 'toUInt8(0)',
  }[measure]
  const made = `SELECT trace_id, version, at, ${bad} AS bad, duration / 1e6 AS took FROM (${units}) WHERE ${isEdge}`
  const requests = `SELECT trace_id, version, intDiv(start, 1000000) AS at, made.seen = 0 AS bad, 0. AS took
    FROM (SELECT trace_id, version, start FROM (${firstEntriesSql(scope)}) WHERE entry = {edgeEntry: String}) AS requests
    LEFT ANY JOIN (SELECT trace_id, 1 AS seen FROM (${made})) AS made USING (trace_id)`
  const rows = await store.query<Omit<EdgeTrace, 'traceId'> & { trace_id: string }>(
    `SELECT trace_id, version = {candidate: String} AS candidate, bad, at, took
     FROM (${measure === 'missing-call' ? requests : made})
     WHERE version IN {sides: Array(String)} AND at >= {from: Int64} AND at < {end: Int64}
       ${sides === 'candidate' ? 'AND version = {candidate: String}' : ''}
     ORDER BY at, trace_id LIMIT ${maxTraces}`,
    {
      ...parameters,
      ...edgeParameters(edge),
      candidate: candidateVersion,
      end: window.from + window.blocks * window.blockMillis,
    },
  )
  return rows.map(({ trace_id: traceId, ...row }) => ({ traceId, ...row }))
}

function edgeParameters({ service, operation, entry }: Edge): Record<string, string> {
  return { edgeService: service, edgeOperation: operation, edgeEntry: entry }
}
