import { harmLatency, type HistogramBlock } from '../../../../stats/bucket-latency-test.ts'
import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { harmRateRatio } from '../../../../stats/rate-ratio-test.ts'
import { updateStrata } from '../../evaluate-harm.ts'
import type { Policy } from '../../policy.ts'
import {
  allRequests,
  type BadCount,
  countsByOperation,
  failedRequests,
  fleetSpread,
  type FleetSpread,
  histogramsByOperation,
  middleBounds,
  slowerThan,
  timedRequests,
} from './claim-counts.ts'
import { fleetFactor } from './instance-spread.ts'
import type { MetricRole } from './known-metrics.ts'
import type { WeightedClaim } from './metric-claims.ts'
import type { MetricGroup, MetricTable } from './metric-table.ts'

export interface EvaluatedClaim {
  claim: WeightedClaim
  groups: MetricGroup[]
  spread: FleetSpread
  /** The margin with what fleets of that size differ by themselves. */
  margin: number
  /** log of the e-value now, and of the largest at any block border */
  logE: number
  maxLogE: number
}

export interface MetricEvidence {
  evaluated: EvaluatedClaim[]
  /** log of the weighted sum of all e-processes at its highest */
  globalMaxLogE: number
}

/** Standard deviations between two fleets that are not held against a release: of its own level, one in a thousand. */
const harmScore = 3
/** e-values beyond this need no exact number, and sums of them must not overflow. */
const logECap = 600

/**
 * Runs the e-process of every claim over the blocks. Requests that a counter adds up are not independent units, so their
 * counts are divided by how much they cluster (a count of at most one per unit keeps the tests valid), and the margin grows
 * by what two fleets of that many processes differ by themselves: both as measured on the baseline (`instance-spread.ts`).
 */
export function evaluateMetricClaims(
  table: MetricTable,
  claims: readonly WeightedClaim[],
  policy: Policy,
): MetricEvidence {
  const sum = new Float64Array(table.blocks)
  const clusteringOf = (role: MetricRole): number => {
    const groups = table.groups.filter((group) => group.role === role)
    return fleetSpread(table, groups, failedRequests, allRequests).clustering
  }
  const least = { server: clusteringOf('server'), client: clusteringOf('client') }
  const evaluated = claims.map((claim): EvaluatedClaim => {
    const groups = table.groups.filter(claim.covers)
    const series = new Float64Array(table.blocks)
    const one =
      claim.kind === 'latency'
        ? latencyEvidence(table, groups, table.bounds.get(claim.metric!)!.length, policy, series)
        : failureEvidence(table, groups, least[claim.role], policy, series)
    for (let block = 0; block < table.blocks; block++) {
      sum[block]! += claim.weight * Math.exp(Math.min(series[block]!, logECap))
    }
    return { claim, groups, ...one, logE: series.at(-1) ?? 0 }
  })
  const highest = Math.max(0, ...sum)
  return { evaluated, globalMaxLogE: highest > 0 ? Math.log(highest) : Number.NEGATIVE_INFINITY }
}

type Evidence = Pick<EvaluatedClaim, 'spread' | 'margin' | 'maxLogE'>

/**
 * Failures of few requests may never have clustered on the baseline: the clustering of all of them is the least that is
 * assumed. And the worst block of one process is left out, so that no single burst is a finding; leaving failures of the
 * candidate out can only lower its evidence.
 */
function failureEvidence(
  table: MetricTable,
  groups: readonly MetricGroup[],
  leastClustering: number,
  policy: Policy,
  series: Float64Array,
): Evidence {
  const own = fleetSpread(table, groups, failedRequests, allRequests)
  const spread = { ...own, clustering: Math.max(leastClustering, own.clustering) }
  const margin = policy.harmFailureRatio * factorOf(spread)
  const test = harmRateRatio({ margin })
  const strata = countsByOperation(groups, table.blocks, withoutWorst(table, groups), allRequests)
  updateStrata(
    test,
    strata.map((blocks) => thinned(blocks, spread.clustering)),
    series,
  )
  return { spread, margin, maxLogE: test.maxLogE }
}

/** Failures but for those of the candidate's process and block that had most. */
function withoutWorst({ blocks }: MetricTable, groups: readonly MetricGroup[]): BadCount {
  let worst = { instance: '', block: -1, failures: 0 }
  const failing = groups.filter(({ side, failed }) => side === 'candidate' && failed)
  for (const [instance, own] of Map.groupBy(failing, (group) => group.instance)) {
    for (let block = 0; block < blocks; block++) {
      const failures = own.reduce((all, { requests }) => all + requests[block]!, 0)
      if (failures > worst.failures) worst = { instance, block, failures }
    }
  }
  return (group, block) =>
    group.side === 'candidate' && block === worst.block && group.instance === worst.instance
      ? 0
      : failedRequests(group, block)
}

function latencyEvidence(
  table: MetricTable,
  groups: readonly MetricGroup[],
  bounds: number,
  policy: Policy,
  series: Float64Array,
): Evidence {
  const spread = slowSpread(table, groups, bounds)
  const margin = policy.harmLatencyOdds * factorOf(spread)
  const test = harmLatency({ buckets: bounds + 1, margin })
  const strata = histogramsByOperation(groups, table.blocks, bounds)
  const open = strata.map((): HistogramBlock | undefined => undefined)
  for (let block = 0; block < table.blocks; block++) {
    strata.forEach((blocks, i) => {
      const merged = mergedBlock(open[i], blocks[block]!, spread.clustering)
      const isComplete = total(merged.baseline) >= 1 && total(merged.candidate) >= 1
      if (isComplete) test.update(merged)
      open[i] = isComplete ? undefined : merged
    })
    series[block] = test.logE
  }
  return { spread, margin, maxLogE: test.maxLogE }
}

function factorOf(spread: FleetSpread): number {
  return fleetFactor(spread, spread.candidates, spread.baselines, harmScore)
}

/** The wider spread of those at the two bounds in the middle of the durations. */
export function slowSpread(
  table: MetricTable,
  groups: readonly MetricGroup[],
  bounds: number,
): FleetSpread {
  const spreads = middleBounds(groups, table.blocks, bounds).map((bound) =>
    fleetSpread(table, groups, slowerThan(bound), timedRequests),
  )
  const none = fleetSpread(table, groups, () => 0, timedRequests)
  return {
    ...none,
    clustering: Math.max(...(spreads.length > 0 ? spreads : [none]).map((one) => one.clustering)),
    deviation: Math.max(...(spreads.length > 0 ? spreads : [none]).map((one) => one.deviation)),
  }
}

/** Counts in units as large as the clusters. */
export function thinned(blocks: readonly ComparisonBlock[], clustering: number): ComparisonBlock[] {
  return blocks.map(({ candidateTotal, candidateBad, baselineTotal, baselineBad }) => ({
    candidateTotal: candidateTotal / clustering,
    candidateBad: Math.min(candidateTotal, candidateBad) / clustering,
    baselineTotal: baselineTotal / clustering,
    baselineBad: Math.min(baselineTotal, baselineBad) / clustering,
  }))
}

function mergedBlock(
  open: HistogramBlock | undefined,
  { baseline, candidate }: HistogramBlock,
  clustering: number,
): HistogramBlock {
  const merge = (counts: ArrayLike<number>, before: ArrayLike<number> | undefined): Float64Array =>
    Float64Array.from(counts, (n, i) => n / clustering + (before?.[i] ?? 0))
  return {
    baseline: merge(baseline, open?.baseline),
    candidate: merge(candidate, open?.candidate),
  }
}

function total(counts: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i]!
  return sum
}
