import { safetyOddsRatio, safetyRateDifference } from '../../../../stats/bernoulli-blocks.ts'
import type { EProcess } from '../../../../stats/e-process.ts'
import { safetyRateRatio } from '../../../../stats/rate-ratio-test.ts'
import { measuredRates } from '../../measured-rates.ts'
import { millis, percent } from '../../numbers-in-words.ts'
import type { Policy } from '../../policy.ts'
import type { SafetyClaim } from '../../safety-claims.ts'
import {
  allRequests,
  type BadCount,
  countsByOperation,
  failedRequests,
  fleetSpread,
  type FleetSpread,
  slowerThan,
  timedRequests,
  type TotalCount,
} from './claim-counts.ts'
import { slowSpread } from './evaluate-metric-claims.ts'
import { highestEvidence } from './highest-evidence.ts'
import { fleetFactor } from './instance-spread.ts'
import { volume } from './metric-claims.ts'
import type { MetricGroup, MetricTable } from './metric-table.ts'

/** A lucky fleet must not pass for a good release: of the level of safety, one in twenty. */
const safetyScore = 1.65
/** Baseline requests from which the bounds of a claim about durations are learned. */
const learningRequests = 100
/** A claim about durations may be met by a bound on the difference: so many more requests over the bound are nobody's business. */
const slowDifference = 0.02

/**
 * What `proceed` needs where no traces tell: failures of the service, failures and durations of each operation with enough
 * traffic, with the margins of the comparison of traces. Silent failures leave no mark in a metric: no claim is made.
 */
export function metricSafety(
  table: MetricTable,
  service: string,
  policy: Policy,
  proven: readonly string[] = [],
): SafetyClaim[] {
  const groups = table.groups.filter(({ role }) => role === 'server')
  const all = volume(groups, 'baseline')
  const claims = [
    failureClaim(
      table,
      groups,
      service,
      null,
      policy.safeFailureRatio,
      policy.safeFailureDifference,
      policy,
    ),
  ]
  const operations = [...Map.groupBy(groups, ({ operation }) => operation)]
    .map(([operation, own]) => ({ operation, own, size: volume(own, 'baseline') }))
    .filter(({ size }) => size > 0 && size >= policy.requiredOperationShare * all)
    .toSorted((a, b) => b.size - a.size || (a.operation < b.operation ? -1 : 1))
  for (const { operation, own } of operations) {
    const subject = operation === '' ? service : operation
    claims.push(
      failureClaim(
        table,
        own,
        subject,
        operation,
        policy.safeOperationRatio,
        policy.safeOperationDifference,
        policy,
      ),
    )
    for (const [metric, timed] of Map.groupBy(own, (group) => group.metric)) {
      const bounds = table.bounds.get(metric)
      if (bounds !== undefined)
        claims.push(latencyClaim(table, timed, subject, operation, bounds, policy))
    }
  }
  return claims.map((claim) =>
    proven.includes(claim.requirement) ? { ...claim, met: true, progress: 1 } : claim,
  )
}

function failureClaim(
  table: MetricTable,
  groups: readonly MetricGroup[],
  subject: string,
  operation: string | null,
  ratio: number,
  difference: number,
  policy: Policy,
): SafetyClaim {
  const spread = fleetSpread(table, groups, failedRequests, allRequests)
  const left = within(ratio, spread)
  const best = bestEvidence(table, groups, failedRequests, allRequests, spread, 0, [
    ...left.map((margin) => safetyRateRatio({ margin })),
    safetyRateDifference({ delta: difference }),
  ])
  return {
    requirement: `${subject}: failures stay below ${ratio} times the baseline's rate, or less than ${percent(difference)} of requests above it`,
    operation,
    kind: 'failure-rate',
    ...progressOf(best, policy),
    margins: { ratio: left[0] ?? null, difference },
    measured: measuredRates(
      countsByOperation(groups, table.blocks, failedRequests, allRequests).flat(),
    ),
    units: {
      candidate: Math.round(volume(groups, 'candidate')),
      baseline: Math.round(volume(groups, 'baseline')),
      bad: Math.round(volume(groups.filter(({ failed }) => failed))),
    },
  }
}

function latencyClaim(
  table: MetricTable,
  groups: readonly MetricGroup[],
  subject: string,
  operation: string,
  bounds: readonly number[],
  policy: Policy,
): SafetyClaim {
  const { learned, firstBlock } = learnBounds(table, groups, bounds.length)
  const spread = slowSpread(table, groups, bounds.length)
  const left = within(policy.safeLatencyOdds, spread)
  const evidence = learned.map((bound) =>
    bestEvidence(table, groups, slowerThan(bound), timedRequests, spread, firstBlock, [
      ...left.map((margin) => safetyOddsRatio({ margin })),
      safetyRateDifference({ delta: slowDifference }),
    ]),
  )
  const names = learned.map((bound) => millis(bounds[bound]!))
  return {
    // the names of the bounds are learned, and stay the same once they are
    requirement: `${subject}: the odds of taking longer than ${names.length === 0 ? "the baseline's median and p90" : names.join(' and than ')} stay below ${policy.safeLatencyOdds} times the baseline's, or less than ${percent(slowDifference)} of requests more do`,
    operation,
    kind: 'latency',
    ...progressOf(evidence.length === 0 ? 0 : Math.min(...evidence), policy),
    margins: { ratio: left[0] ?? null, difference: slowDifference },
    units: {
      candidate: Math.round(volume(groups, 'candidate')),
      baseline: Math.round(volume(groups, 'baseline')),
      bad: 0,
    },
  }
}

/** The margin less what a lucky fleet may hide; none where nothing is left of it. */
function within(margin: number, spread: FleetSpread): number[] {
  const left = margin / fleetFactor(spread, spread.candidates, spread.baselines, safetyScore)
  return left > 1.1 ? [left] : []
}

function bestEvidence(
  table: MetricTable,
  groups: readonly MetricGroup[],
  bad: BadCount,
  total: TotalCount,
  { clustering }: FleetSpread,
  firstBlock: number,
  tests: readonly EProcess[],
): number {
  const strata = countsByOperation(groups, table.blocks, bad, total)
  return highestEvidence(
    strata.map((blocks) => blocks.slice(firstBlock)),
    clustering,
    tests,
  )
}

/** The bounds next above the baseline's median and p90, from its first requests; what is claimed is judged after them. */
function learnBounds(
  table: MetricTable,
  groups: readonly MetricGroup[],
  bounds: number,
): { learned: number[]; firstBlock: number } {
  const baseline = groups.filter(({ side }) => side === 'baseline')
  const counts = new Float64Array(bounds + 1)
  let seen = 0
  for (let block = 0; block < table.blocks; block++) {
    for (const { durations } of baseline) {
      durations[block]?.forEach((n, i) => {
        counts[i]! += n
        seen += n
      })
    }
    if (seen < learningRequests) continue
    const quantile = (p: number): number => {
      let below = 0
      for (let i = 0; i < bounds; i++) {
        below += counts[i]!
        if (below >= p * seen) return i
      }
      return bounds - 1
    }
    return { learned: [...new Set([quantile(0.5), quantile(0.9)])], firstBlock: block + 1 }
  }
  return { learned: [], firstBlock: table.blocks }
}

function progressOf(logE: number, policy: Policy): { met: boolean; progress: number } {
  const progress = Math.min(1, Math.max(0, logE) / Math.log(1 / policy.alphaSafe))
  return { met: progress >= 1, progress }
}
