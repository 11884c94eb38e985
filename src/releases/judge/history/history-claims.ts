import type { ComparisonBlock } from '../../../stats/e-process.ts'
import type { HarmKind } from '../hypothesis.ts'
import {
  durationBuckets,
  type HistoryCounts,
  type OperationCounts,
  otherOperations,
  sumOf,
} from './history-counts.ts'

/** Claims of one group share a margin and are replayed together. */
export const claimGroups = ['failures', 'slow', 'traffic'] as const
export type ClaimGroup = (typeof claimGroups)[number]

/** "Since the release began this is worse than before it, by more than the margin." */
export interface HistoryClaim {
  kind: HarmKind | 'missing-traffic'
  group: ClaimGroup
  /** null is the whole service. */
  operation: string | null
  /** With `slow`: requests beyond the upper bound of this bucket of durations count. */
  bucket: number
  /** Share of the error budget; all weights sum to 1. */
  weight: number
}

/** Operations with claims of their own, the busiest before the release. */
const maxOperations = 12
const minOperationRequests = 50
/** Slow requests are counted at the bounds with about these shares of the earlier requests beyond, given enough of them. */
const slowShares = [
  { share: 0.1, requests: 100 },
  { share: 0.01, requests: 2000 },
] as const
const groupWeight = { failures: 0.6, slow: 0.3, traffic: 0.1 } as const
/** Of the failures' weight, for the two claims about the whole service. */
const wholeServiceShare = 0.5

/** The claims that the time before a release suggests; nothing of the time after it is known to them. */
export function historyClaims(reference: HistoryCounts): HistoryClaim[] {
  const busy = [...reference.operations]
    .map(([operation, counts]) => ({ operation, counts, requests: sumOf(counts.requests) }))
    .filter(({ operation, requests }) => {
      return operation !== otherOperations && requests >= minOperationRequests
    })
    .toSorted((a, b) => b.requests - a.requests || a.operation.localeCompare(b.operation))
    .slice(0, maxOperations)
  const whole = ['failure-rate', 'silent-failure'] as const
  const failures: HistoryClaim[] = whole.map((kind) => ({
    kind,
    group: 'failures',
    operation: null,
    bucket: 0,
    weight: (groupWeight.failures * wholeServiceShare) / whole.length,
  }))
  const slow: HistoryClaim[] = []
  const traffic: HistoryClaim[] = [claimOf('missing-traffic', 'traffic', null)]
  for (const { operation, counts, requests } of busy) {
    for (const kind of whole) {
      const weight = (groupWeight.failures * (1 - wholeServiceShare)) / (whole.length * busy.length)
      failures.push({ ...claimOf(kind, 'failures', operation), weight })
    }
    for (const each of slowShares) {
      if (requests < each.requests) continue
      const bucket = bucketBeyond(counts, each.share * requests)
      slow.push({ ...claimOf('latency', 'slow', operation), bucket })
    }
    traffic.push(claimOf('missing-traffic', 'traffic', operation))
  }
  const share = (claims: HistoryClaim[], group: ClaimGroup): HistoryClaim[] =>
    claims.map((claim) => ({ ...claim, weight: groupWeight[group] / claims.length }))
  return [...failures, ...share(slow, 'slow'), ...share(traffic, 'traffic')]
}

function claimOf(
  kind: HistoryClaim['kind'],
  group: ClaimGroup,
  operation: string | null,
): HistoryClaim {
  return { kind, group, operation, bucket: 0, weight: 0 }
}

/** The bucket beyond which the requests are nearest to `wanted`, as a ratio: buckets are too wide to meet a share. */
function bucketBeyond(counts: OperationCounts, wanted: number): number {
  let beyond = 0
  let best = { bucket: 0, distance: Infinity }
  for (let bucket = durationBuckets - 2; bucket >= 0; bucket--) {
    for (let at = bucket + 1; at < counts.durations.length; at += durationBuckets) {
      beyond += counts.durations[at]!
    }
    const distance = Math.abs(Math.log(beyond / wanted))
    if (distance < best.distance) best = { bucket, distance }
  }
  return best.bucket
}

/**
 * The blocks of a claim: `candidate` is the time after the release, `baseline` the time before. One list an operation,
 * each compared with itself. With `missing-traffic` the sides are exchanged, because less is worse: the share of an
 * operation in the requests, or the requests of the service in a time.
 */
export function claimBlocks(
  claim: HistoryClaim,
  reference: HistoryCounts,
  after: HistoryCounts,
  seenBlocks: number,
): ComparisonBlock[][] {
  if (claim.group === 'traffic') return [trafficBlocks(claim, reference, after, seenBlocks)]
  const operations = claim.operation === null ? [...reference.operations.keys()] : [claim.operation]
  return operations.flatMap((operation) => {
    const before = reference.operations.get(operation)
    const now = after.operations.get(operation)
    if (before === undefined || now === undefined) return []
    const blocks = Array.from({ length: reference.blocks }, (_, i): ComparisonBlock => {
      const [baselineTotal, baselineBad] = totalAndBad(claim, before, i)
      const seen = i < seenBlocks ? totalAndBad(claim, now, i) : ([0, 0] as const)
      return { candidateTotal: seen[0], candidateBad: seen[1], baselineTotal, baselineBad }
    })
    return [blocks.slice(0, seenBlocks)]
  })
}

function totalAndBad(
  { kind, bucket }: HistoryClaim,
  counts: OperationCounts,
  block: number,
): readonly [number, number] {
  const total = counts.requests[block]!
  if (kind === 'failure-rate') return [total, counts.failed[block]!]
  if (kind === 'silent-failure') return [total - counts.failed[block]!, counts.silent[block]!]
  // not all requests of a block have a duration that counts
  let [timed, slow] = [0, 0]
  for (let at = 0; at < durationBuckets; at++) {
    const inBucket = counts.durations[block * durationBuckets + at]!
    timed += inBucket
    if (at > bucket) slow += inBucket
  }
  return [timed, slow]
}

/** Any number far above the requests of a block: requests of a time are counted like failures of a great many trials. */
const trialsOfABlock = 1e9

function trafficBlocks(
  { operation }: HistoryClaim,
  reference: HistoryCounts,
  after: HistoryCounts,
  seenBlocks: number,
): ComparisonBlock[] {
  const requests = (counts: HistoryCounts, name: string | null, block: number): number =>
    name === null
      ? [...counts.operations.values()].reduce((sum, each) => sum + each.requests[block]!, 0)
      : (counts.operations.get(name)?.requests[block] ?? 0)
  const side = (counts: HistoryCounts, block: number): readonly [number, number] =>
    operation === null
      ? [trialsOfABlock * counts.exposure[block]!, requests(counts, null, block)]
      : [requests(counts, null, block), requests(counts, operation, block)]
  return Array.from({ length: seenBlocks }, (_, block) => {
    const [candidateTotal, candidateBad] = side(reference, block)
    const [baselineTotal, baselineBad] = side(after, block)
    return { candidateTotal, candidateBad, baselineTotal, baselineBad }
  })
}
