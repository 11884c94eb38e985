/** Edges around a release as their traces would tell them, for simulations. */
import type { ComparisonBlock } from '../../../../../stats/e-process.ts'
import { createRandom, type Random } from '../../../../../stats/random.ts'
import { durationBounds, durationBucket } from '../../../duration-buckets.ts'
import { defaultPolicy } from '../../../policy.ts'
import { callBounds, type EdgeRole, type EdgeSeries } from '../edge.ts'
import { edgeClaims } from '../edge-claims.ts'
import { type EdgeEvidence, edgeEvidence, isWorthTelling } from '../edge-evidence.ts'

/** What is wrong with the candidate, on the edges of one of two services. */
export interface EdgeFault {
  /** Multiplies its failures. */
  failing?: number
  /** Multiplies its durations. */
  slower?: number
  /** Share of the candidate's requests without the call. */
  without?: number
  /** Calls in each of its requests. */
  calls?: number
}

/** Stretches of time of one watch, each with 30 requests. */
export const edgeBlocks = 30
const entry = 'POST /orders'

/** Two edges of every role: traffic that ramps from 5 to 50 %, a burst of failures that hits both sides. */
export function simulateEdges(seed: number, fault: EdgeFault = {}): EdgeEvidence[] {
  const random = createRandom(seed)
  const requests = Array.from({ length: edgeBlocks }, emptyBlock)
  const roles: EdgeRole[] = ['call', 'caller', 'reach', 'beyond']
  const edges = roles.flatMap((role) => [edgeOf(role, 'a'), edgeOf(role, 'b')])
  for (let i = 0; i < edgeBlocks; i++) {
    const share = i < 10 ? 0.05 : i < 20 ? 0.25 : 0.5
    const failing = i >= 12 && i < 15 ? 0.08 : 0.01
    for (let n = 0; n < 30; n++) {
      const side = random.uniform() < share ? 'candidate' : 'baseline'
      requests[i]![`${side}Total`] += 1
      for (const series of edges) one(series, i, side, random, failing, fault)
    }
  }
  const { claims } = edgeClaims(edges, [{ operation: entry, units: 30 * edgeBlocks }])
  const counts = { requests: new Map([[entry, requests]]) }
  return edgeEvidence(claims, counts, defaultPolicy).filter(isWorthTelling)
}

function one(
  { edge, failures, durations, repeats }: EdgeSeries,
  block: number,
  side: 'candidate' | 'baseline',
  random: Random,
  failing: number,
  fault: EdgeFault,
): void {
  const has = side === 'candidate' && edge.service === 'a' ? fault : {}
  const without = edge.role === 'call' ? (has.without ?? 0.02) : 0
  const hasFailed = random.uniform() < failing * (has.failing ?? 1)
  const millis = random.lognormal(Math.log(20), 0.5) * (has.slower ?? 1)
  const calls = has.calls ?? (random.uniform() < 0.05 ? 2 : 1)
  if (random.uniform() < without) return
  failures[block]![`${side}Total`] += 1
  failures[block]![`${side}Bad`] += hasFailed ? 1 : 0
  ;(durations[block]![side] as Float64Array)[durationBucket(millis)]! += 1
  ;(repeats[block]![side] as Float64Array)[calls - 1]! += 1
}

function edgeOf(role: EdgeRole, service: string): EdgeSeries {
  const histograms = (buckets: number): EdgeSeries['durations'] =>
    Array.from({ length: edgeBlocks }, () => ({
      baseline: new Float64Array(buckets),
      candidate: new Float64Array(buckets),
    }))
  return {
    edge: { role, service, operation: 'x', entry: role === 'call' ? entry : '', isRoot: false },
    units: 30 * edgeBlocks,
    failures: Array.from({ length: edgeBlocks }, emptyBlock),
    durations: histograms(durationBounds.length + 1),
    repeats: histograms(callBounds.length + 1),
    calls: [0, 0],
  }
}

function emptyBlock(): ComparisonBlock {
  return { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
}
