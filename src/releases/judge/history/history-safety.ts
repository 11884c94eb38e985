import { safetyOddsRatio, safetyRateDifference } from '../../../stats/bernoulli-blocks.ts'
import type { ComparisonBlock, EProcess } from '../../../stats/e-process.ts'
import { highestLogMean } from '../../../stats/highest-log-mean.ts'
import { onlineWeight } from '../../../stats/online-weights.ts'
import { safetyRateRatio } from '../../../stats/rate-ratio-test.ts'
import { sumOfBlocks } from '../../../stats/sum-of-blocks.ts'
import { durationBounds } from '../duration-buckets.ts'
import { updateMerged } from '../evaluate-harm.ts'
import { measuredOdds, measuredRates } from '../measured-rates.ts'
import { millis, percent } from '../numbers-in-words.ts'
import type { Policy } from '../policy.ts'
import type { SafetyClaim, SafetyMargins } from '../safety-claims.ts'
import { claimBlocks, type HistoryClaim } from './history-claims.ts'
import { type HistoryCounts, sumOf } from './history-counts.ts'
import type { PreparedHistory } from './prepare-history.ts'

/** "Not worse than before" is only believed of a history in which so many cuts showed how much moves by itself. */
export const minSafetyCuts = 20
/** A safety margin closer to 1 than this cannot be proven. */
const leastSafetyMargin = 1.1

/**
 * The claims that `proceed` needs where no old version answers beside the new one: the same as the concurrent ones, against
 * the time before. What moves by itself may hide a rise of that size, so each margin is divided by the replayed drift; and
 * the first claim is that enough cuts could be replayed at all. Each scale has its share of `alphaSafe`.
 */
export function historySafety(
  prepared: PreparedHistory,
  after: HistoryCounts,
  service: string,
  policy: Policy,
): SafetyClaim[] {
  const { plan, calibration, claims, reference, referenceRequests } = prepared
  const alpha = policy.alphaSafe * onlineWeight(plan.scale + 1)
  const cuts = calibration.replayedCuts
  const enough: SafetyClaim = {
    requirement: `${service}: at least ${minSafetyCuts} stretches of time before the release, each as long as the watch, show how much moves by itself`,
    operation: null,
    kind: 'failure-rate',
    met: cuts >= minSafetyCuts,
    progress: Math.min(1, cuts / minSafetyCuts),
    units: { candidate: 0, baseline: referenceRequests, bad: 0 },
  }
  const required = claims.filter(({ group, operation }) => {
    if (group === 'traffic') return false
    const requests = sumOf(reference.operations.get(operation ?? '')?.requests ?? [])
    return operation === null || requests >= policy.requiredOperationShare * referenceRequests
  })
  const seen = new Set<string>()
  const proofs = required.flatMap((claim) => {
    const name = `${claim.kind} ${claim.operation}`
    // silent failures are proven for the service, and slowness at the first bound of an operation
    if (seen.has(name) || (claim.kind === 'silent-failure' && claim.operation !== null)) return []
    seen.add(name)
    return [safetyOf(claim, prepared, after, service, policy, alpha, enough.met)]
  })
  return [enough, ...proofs]
}

function safetyOf(
  claim: HistoryClaim,
  { plan, reference, calibration }: PreparedHistory,
  after: HistoryCounts,
  service: string,
  policy: Policy,
  alpha: number,
  isBelievable: boolean,
): SafetyClaim {
  const pooled = pool(claimBlocks(claim, reference, after, plan.seenBlocks), plan.seenBlocks)
  const drift = calibration.drift[claim.group]
  const subject = claim.operation ?? service
  const isWhole = claim.operation === null
  const ratio =
    claim.kind === 'latency'
      ? policy.safeLatencyOdds
      : isWhole
        ? policy.safeFailureRatio
        : policy.safeOperationRatio
  const difference = isWhole ? policy.safeFailureDifference : policy.safeOperationDifference
  const margin = ratio / drift
  const margins: SafetyMargins = {
    ratio: margin >= leastSafetyMargin ? margin : null,
    difference: claim.kind === 'latency' ? null : difference / drift,
  }
  const tests: EProcess[] = []
  if (margins.ratio !== null)
    tests.push(claim.kind === 'latency' ? safetyOddsRatio({ margin }) : safetyRateRatio({ margin }))
  if (margins.difference !== null) tests.push(safetyRateDifference({ delta: margins.difference }))
  const series = tests.map((test) => {
    const logE = new Float64Array(plan.seenBlocks)
    updateMerged(test, pooled, logE)
    return logE
  })
  const total = sumOfBlocks(pooled)
  const progress = Math.min(1, highestLogMean(series) / Math.log(1 / alpha))
  const what =
    claim.kind === 'latency'
      ? `the odds of taking longer than ${millis(durationBounds[claim.bucket] ?? 0)} stay below ${ratio} times what they were before the release`
      : `${claim.kind === 'failure-rate' ? 'failures' : 'silent failures'} stay below ${ratio} times their rate before the release, or less than ${percent(difference)} of requests above it`
  return {
    requirement: `${subject}: ${what}`,
    operation: claim.operation,
    kind: claim.kind === 'missing-traffic' ? 'failure-rate' : claim.kind,
    met: isBelievable && progress >= 1,
    progress: isBelievable ? progress : Math.min(progress, 0.99),
    evidenceNow: progress,
    ...(!isBelievable && { waitsForPast: true }),
    margins,
    measured: claim.kind === 'latency' ? measuredOdds(pooled) : measuredRates(pooled),
    units: {
      candidate: total.candidateTotal,
      baseline: total.baselineTotal,
      bad: total.candidateBad + total.baselineBad,
      candidateBad: total.candidateBad,
    },
  }
}

/** The strata in one list of blocks. */
function pool(strata: readonly (readonly ComparisonBlock[])[], blocks: number): ComparisonBlock[] {
  return Array.from({ length: blocks }, (_, block) =>
    sumOfBlocks(strata.flatMap((list) => list.slice(block, block + 1))),
  )
}
