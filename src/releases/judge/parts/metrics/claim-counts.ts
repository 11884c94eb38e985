import type { HistogramBlock } from '../../../../stats/bucket-latency-test.ts'
import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { instancesOf, type MetricGroup, type MetricTable, type Side } from './metric-table.ts'
import { type InstanceCells, instanceSpread, type InstanceSpread } from './instance-spread.ts'

/** What a group of requests counts as bad in a block. */
export type BadCount = (group: MetricGroup, block: number) => number
/** … and how many requests it is out of. */
export type TotalCount = (group: MetricGroup, block: number) => number

export const failedRequests: BadCount = ({ failed, requests }, block) =>
  failed ? requests[block]! : 0
export const allRequests: TotalCount = ({ requests }, block) => requests[block]!

/** Requests slower than a bound, by its number. */
export const slowerThan =
  (bound: number): BadCount =>
  ({ durations }, block) => {
    let slower = 0
    const counts = durations[block]
    if (counts !== undefined) for (let i = bound + 1; i < counts.length; i++) slower += counts[i]!
    return slower
  }
/** Requests with a known duration. */
export const timedRequests: TotalCount = slowerThan(-1)

/** Counts of both sides by block, one list an operation: each operation is compared with itself. */
export function countsByOperation(
  groups: readonly MetricGroup[],
  blocks: number,
  bad: BadCount,
  total: TotalCount,
): ComparisonBlock[][] {
  return [...Map.groupBy(groups, ({ operation }) => operation).values()].map((own) =>
    Array.from({ length: blocks }, (_, block) => {
      const counts = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
      for (const group of own) {
        counts[`${group.side}Total`] += total(group, block)
        counts[`${group.side}Bad`] += bad(group, block)
      }
      return counts
    }),
  )
}

/** Durations of both sides by block, one list an operation. */
export function histogramsByOperation(
  groups: readonly MetricGroup[],
  blocks: number,
  bounds: number,
): HistogramBlock[][] {
  return [...Map.groupBy(groups, ({ operation }) => operation).values()].map((own) =>
    Array.from({ length: blocks }, (_, block) => {
      const sides = {
        baseline: new Float64Array(bounds + 1),
        candidate: new Float64Array(bounds + 1),
      }
      for (const { side, durations } of own) {
        durations[block]?.forEach((n, i) => (sides[side][i]! += n))
      }
      return sides
    }),
  )
}

export interface FleetSpread extends InstanceSpread {
  candidates: number
  baselines: number
}

/** How bad requests spread over the baseline's processes, and how many processes there are on either side. */
export function fleetSpread(
  { blocks }: MetricTable,
  groups: readonly MetricGroup[],
  bad: BadCount,
  total: TotalCount,
): FleetSpread {
  const cells: { total: Float64Array[]; bad: Float64Array[] } = { total: [], bad: [] }
  for (const instance of instancesOf(groups, 'baseline')) {
    const own = groups.filter((group) => group.side === 'baseline' && group.instance === instance)
    const series = (count: BadCount): Float64Array =>
      Float64Array.from({ length: blocks }, (_, block) =>
        own.reduce((sum, group) => sum + count(group, block), 0),
      )
    cells.total.push(series(total))
    cells.bad.push(series(bad))
  }
  const count = (side: Side): number => instancesOf(groups, side).length
  const spread = instanceSpread(cells satisfies InstanceCells)
  return { ...spread, candidates: count('candidate'), baselines: count('baseline') }
}

/** The bounds nearest to the baseline's median and p90 that a twentieth of its requests or more lie on either side of. */
export function middleBounds(
  groups: readonly MetricGroup[],
  blocks: number,
  bounds: number,
): number[] {
  const counts = new Float64Array(bounds + 1)
  for (const { side, durations } of groups) {
    if (side !== 'baseline') continue
    for (let block = 0; block < blocks; block++)
      durations[block]?.forEach((n, i) => (counts[i]! += n))
  }
  const all = counts.reduce((sum, n) => sum + n, 0)
  let slower = all
  const shares = Array.from({ length: bounds }, (_, bound) => ({
    bound,
    share: (slower -= counts[bound]!) / all,
  }))
  const middle = shares.filter(({ share }) => share >= 0.05 && share <= 0.95)
  const nearest = (p: number): number[] =>
    middle
      .toSorted((a, b) => Math.abs(a.share - p) - Math.abs(b.share - p))
      .slice(0, 1)
      .map(({ bound }) => bound)
  return [...new Set([...nearest(0.5), ...nearest(0.1)])]
}
