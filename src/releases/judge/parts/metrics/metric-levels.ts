import { safetyOddsRatio, safetyRateDifference } from '../../../../stats/bernoulli-blocks.ts'
import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { safetyRateRatio } from '../../../../stats/rate-ratio-test.ts'
import type { JudgeWindow } from '../../judge-window.ts'
import { fullShare } from '../../plan/full-traffic.ts'
import { hourMillis, hoursWithin } from '../../plan/hours-of-week.ts'
import { type LevelWindow, levelParts } from '../../plan/level-windows.ts'
import type { Policy } from '../../policy.ts'
import type { CountedWatch } from '../evidence-part.ts'
import { type BadCount, failedRequests, slowerThan, type TotalCount } from './claim-counts.ts'
import { allRequests, fleetSpread, timedRequests } from './claim-counts.ts'
import { slowSpread } from './evaluate-metric-claims.ts'
import { highestEvidence } from './highest-evidence.ts'
import type { MetricGroup, MetricTable } from './metric-table.ts'

/** Where no traces tell: what the candidate has lived through, by the blocks of its metrics. */
export function countedWatch(
  table: MetricTable,
  window: JudgeWindow,
  past: number[],
  policy: Policy,
): CountedWatch {
  const groups = table.groups.filter(({ role }) => role === 'server')
  const soak = policy.soakHours * hourMillis
  return {
    lived: livedHours(table, groups, window),
    past,
    fullMillis: fullMillis(table, groups),
    levels: levelParts.map((part) => levelWindow(table, groups, window, part * soak, policy)),
  }
}

function livedHours(
  { blocks, blockMillis }: MetricTable,
  groups: readonly MetricGroup[],
  window: JudgeWindow,
): number[] {
  const met = new Set<number>()
  for (const { side, requests } of groups) {
    if (side !== 'candidate') continue
    for (let block = 0; block < blocks; block++) {
      if (requests[block]! <= 0) continue
      const from = window.from + block * blockMillis
      for (let at = from; at < from + blockMillis; at += hourMillis)
        met.add(Math.floor(at / hourMillis))
      met.add(Math.floor((from + blockMillis - 1) / hourMillis))
    }
  }
  return hoursWithin(window.from, window.to).filter((hour) => met.has(hour))
}

/** The same as `fullTrafficMillis`, block by block of the metrics. */
function fullMillis({ blocks, blockMillis }: MetricTable, groups: readonly MetricGroup[]): number {
  let full = 0
  for (let block = blocks - 1; block >= 0; block--) {
    const sides = { candidate: 0, baseline: 0 }
    for (const { side, requests } of groups) sides[side] += requests[block]!
    const both = sides.candidate + sides.baseline
    if (both > 0 && sides.candidate < fullShare * both) break
    if (sides.candidate > 0) full += blockMillis
  }
  return full
}

/** A window whose later half is compared with its earlier half, as `levelWindows` does it with requests. */
function levelWindow(
  table: MetricTable,
  groups: readonly MetricGroup[],
  window: JudgeWindow,
  length: number,
  policy: Policy,
): LevelWindow {
  const watched = table.blocks * table.blockMillis
  const isOver = length > 0 && watched >= length
  if (!isOver) {
    const progress = length === 0 ? 0 : Math.min(0.99, (window.to - window.from) / length)
    return { length, progress, met: false, isOver }
  }
  const own = groups.filter(({ side }) => side === 'candidate')
  const half = Math.floor(length / table.blockMillis / 2)
  const byOperation = [...Map.groupBy(own, ({ operation }) => operation).values()]
  const failures = highestEvidence(
    byOperation.map((each) => halves(each, half, failedRequests, allRequests)),
    fleetSpread(table, groups, failedRequests, allRequests).clustering,
    [
      safetyRateRatio({ margin: policy.safeFailureRatio }),
      safetyRateDifference({ delta: policy.safeFailureDifference }),
    ],
  )
  const logE = Math.min(failures, slowEvidence(table, own, groups, half, policy))
  const progress = Math.min(1, Math.max(0, logE) / Math.log(1 / policy.alphaSafe))
  return { length, progress, met: progress >= 1, isOver }
}

/** Of the earlier half, this part teaches the usual durations, and is not tested. */
const learningPart = 0.25

/** Slow: beyond the bound next above the p90 of its operation, as the first part of the window shows it. */
function slowEvidence(
  table: MetricTable,
  own: readonly MetricGroup[],
  groups: readonly MetricGroup[],
  half: number,
  policy: Policy,
): number {
  // counters have no durations: nothing to be proven
  if (own.length > 0 && own.every(({ metric }) => !table.bounds.has(metric))) return Infinity
  const learned = Math.ceil(learningPart * half)
  const strata: ComparisonBlock[][] = []
  let clustering = 1
  const names = ({ metric, operation }: MetricGroup): string => JSON.stringify([metric, operation])
  for (const [name, timed] of Map.groupBy(own, names)) {
    const bounds = table.bounds.get(timed[0]!.metric)?.length ?? 0
    const bound = p90Bound(timed, learned, bounds)
    if (bound === null) continue
    strata.push(halves(timed, half, slowerThan(bound), timedRequests).slice(learned))
    const same = groups.filter((each) => names(each) === name)
    clustering = Math.max(clustering, slowSpread(table, same, bounds).clustering)
  }
  return highestEvidence(strata, clustering, [safetyOddsRatio({ margin: policy.safeLatencyOdds })])
}

function p90Bound(timed: readonly MetricGroup[], learned: number, bounds: number): number | null {
  const counts = new Float64Array(bounds + 1)
  for (const { durations } of timed)
    for (let block = 0; block < learned; block++)
      durations[block]?.forEach((n, i) => (counts[i]! += n))
  const all = counts.reduce((sum, n) => sum + n, 0)
  let below = 0
  const bound = counts.findIndex((n) => (below += n) >= 0.9 * all)
  return all === 0 || bound >= bounds ? null : bound
}

/** Blocks of the later half, each with that of the earlier half at its place as its baseline. */
function halves(
  own: readonly MetricGroup[],
  half: number,
  bad: BadCount,
  total: TotalCount,
): ComparisonBlock[] {
  return Array.from({ length: half }, (_, i) => {
    const sum = (count: BadCount, block: number): number =>
      own.reduce((all, group) => all + count(group, block), 0)
    return {
      baselineTotal: sum(total, i),
      baselineBad: sum(bad, i),
      candidateTotal: sum(total, half + i),
      candidateBad: sum(bad, half + i),
    }
  })
}
