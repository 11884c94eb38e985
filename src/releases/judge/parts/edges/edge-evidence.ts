import { harmLatency, type HistogramBlock } from '../../../../stats/bucket-latency-test.ts'
import { harmOddsRatio } from '../../../../stats/bernoulli-blocks.ts'
import type { ComparisonBlock, EProcess } from '../../../../stats/e-process.ts'
import { harmRateRatio } from '../../../../stats/rate-ratio-test.ts'
import { sumOfBlocks } from '../../../../stats/sum-of-blocks.ts'
import { durationBounds } from '../../duration-buckets.ts'
import { updateMerged } from '../../evaluate-harm.ts'
import { KeptSeries } from '../../kept-series.ts'
import type { Policy } from '../../policy.ts'
import { callBounds } from './edge.ts'
import type { EdgeClaim } from './edge-claims.ts'
import type { EdgeCounts } from './load-edges.ts'

/** The evidence for a claim so far. */
export interface EdgeEvidence {
  hypothesis: EdgeClaim
  /** What was compared, block by block: with `missing-call`, `bad` are the requests without the call. */
  blocks: ComparisonBlock[]
  total: ComparisonBlock
  /** log of the e-value after each block */
  series: Float64Array
  logE: number
  maxLogE: number
  /** May roll a release back by itself. */
  canAlarm: boolean
}

/** Odds of a request without the call, and of one that makes it more than so many times: up to this ratio no harm. */
export const harmCallOdds = 3
/** Fewer calls are shown where so many more of all requests lack them, or so few of the calls are left. */
const missingRise = 0.05
const missingRatio = 0.5

export function edgeEvidence(
  claims: readonly EdgeClaim[],
  { requests }: Pick<EdgeCounts, 'requests'>,
  policy: Policy,
): EdgeEvidence[] {
  return claims.map((claim) => {
    const { edge, failures, durations, repeats } = claim.series
    switch (claim.measure) {
      case 'failure-rate':
        return byCounts(claim, failures, harmRateRatio({ margin: policy.harmFailureRatio }))
      case 'latency':
        return byHistograms(claim, durations, durationBounds.length + 1, policy.harmLatencyOdds)
      case 'repeated-calls':
        return byHistograms(claim, repeats, callBounds.length + 1, harmCallOdds)
      case 'missing-call':
      default: {
        const without = withoutCall(requests.get(edge.entry) ?? [], failures)
        return byCounts(claim, without, harmOddsRatio({ margin: harmCallOdds }))
      }
    }
  })
}

function byCounts(claim: EdgeClaim, blocks: ComparisonBlock[], test: EProcess): EdgeEvidence {
  const series = new Float64Array(claim.series.failures.length)
  updateMerged(test, blocks, series)
  const total = sumOfBlocks(blocks)
  // a call that is not made may have been dropped on purpose: a change that somebody has to answer for, not proof of harm
  const canAlarm = claim.measure !== 'missing-call'
  return { hypothesis: claim, blocks, total, series, ...logsOf(test), canAlarm }
}

function byHistograms(
  claim: EdgeClaim,
  histograms: readonly HistogramBlock[],
  buckets: number,
  margin: number,
): EdgeEvidence {
  const test = harmLatency({ buckets, margin })
  const { logE } = new KeptSeries().ofHistograms('', () => test, histograms, histograms.length)
  const total = sumOfBlocks(claim.series.failures)
  return { hypothesis: claim, blocks: [], total, series: logE, ...logsOf(test), canAlarm: true }
}

function logsOf({ logE, maxLogE }: Pick<EProcess, 'logE' | 'maxLogE'>): {
  logE: number
  maxLogE: number
} {
  return { logE, maxLogE }
}

/** Of the requests, those that do not make the call. */
function withoutCall(
  requests: readonly ComparisonBlock[],
  calls: readonly ComparisonBlock[],
): ComparisonBlock[] {
  return requests.map((block, i) => {
    const made = calls[i]
    return {
      ...block,
      candidateBad: Math.max(0, block.candidateTotal - (made?.candidateTotal ?? 0)),
      baselineBad: Math.max(0, block.baselineTotal - (made?.baselineTotal ?? 0)),
    }
  })
}

/** Share of requests with the call, candidate / baseline. */
export function callsLeft(total: ComparisonBlock): number {
  const share = (all: number, without: number): number => (all === 0 ? 0 : (all - without) / all)
  const before = share(total.baselineTotal, total.baselineBad)
  return before === 0 ? 1 : share(total.candidateTotal, total.candidateBad) / before
}

/** Missing calls of a few requests in a hundred are nobody's business. */
export function isWorthTelling({ hypothesis, total }: EdgeEvidence): boolean {
  if (hypothesis.measure !== 'missing-call') return true
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = total
  const rise = candidateBad / Math.max(1, candidateTotal) - baselineBad / Math.max(1, baselineTotal)
  return rise >= missingRise || callsLeft(total) <= missingRatio
}

/** e-values beyond this need no exact number, and sums of them must not overflow. */
const logECap = 600

/**
 * The weighted sum of the e-processes at its highest: one again, whatever the dependence between edges. It reaches
 * 1/alpha without harm with probability at most alpha, however often it is looked at (judge.md §6.6).
 */
export function highestSum(evidence: readonly EdgeEvidence[], blocks: number): number {
  const sums = new Float64Array(blocks)
  for (const { hypothesis, series, canAlarm } of evidence) {
    if (!canAlarm) continue
    for (let i = 0; i < blocks; i++) {
      sums[i]! += hypothesis.weight * Math.exp(Math.min(series[i]!, logECap))
    }
  }
  return sums.reduce((top, sum) => Math.max(top, sum), 0)
}
