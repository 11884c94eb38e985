import { crossing } from '../../stats/crossing.ts'
import { largestLogOdds } from '../../stats/odds-ratio-table.ts'
import { rateRatioDeviate } from '../../stats/rate-ratio-deviance.ts'
import { studentUpperQuantile } from '../../stats/student-t.ts'
import type { CohortCounts, SourceMeasure } from '../compare/cohort-source.ts'
import type { GlobalChange } from '../compare/comparison.ts'
import { tableOf } from './bucket-tables.ts'
import { bothSides, clusteredVariance } from './clustered-variance.ts'
import { countRatio } from './count-ratio.ts'

/**
 * The change of everything under one measure: the ratio of the printed rates (of the printed counts, for volumes), with
 * its 95 % interval. How dependent events are is learnt from the buckets of the confirmation half. An open end is 0 or a
 * million.
 */
export function globalChange(measure: SourceMeasure, everything: CohortCounts): GlobalChange {
  const { baseline, candidate, confirmation } = everything
  const sides = { measure: measure.name, baseline, candidate }
  if (measure.kind === 'volume') {
    const { value, low, high } = countRatio(confirmation, {
      baseline: baseline.total,
      candidate: candidate.total,
    })
    return { ...sides, ratio: value, low, high }
  }
  const add = baseline.bad > 0 ? 0 : 0.5
  const ratio =
    (candidate.bad + add) /
    (candidate.total + 2 * add || 1) /
    ((baseline.bad + add) / (baseline.total + 2 * add || 1))
  const table = {
    candidateBad: candidate.bad,
    candidateTotal: candidate.total,
    baselineBad: baseline.bad,
    baselineTotal: baseline.total,
  }
  const { effect, freedom } = rateEffect(everything)
  const deviate = (logRatio: number): number =>
    rateRatioDeviate(table, logRatio) / Math.sqrt(effect)
  const t = studentUpperQuantile(0.025, freedom)
  const low = crossing(deviate, t, -largestLogOdds, largestLogOdds)
  const high = crossing(deviate, -t, -largestLogOdds, largestLogOdds)
  return {
    ...sides,
    ratio,
    low: low <= -largestLogOdds ? 0 : Math.min(ratio, Math.exp(low)),
    high: high >= largestLogOdds ? 1e6 : Math.max(ratio, Math.exp(high)),
  }
}

/** Variance of the log ratio of rates over that of independent events, at least 1. */
function rateEffect({ confirmation }: CohortCounts): { effect: number; freedom: number } {
  const { candidateBad, baselineBad } = tableOf(confirmation)
  const { candidate, baseline } = bothSides(confirmation)
  const over = (count: number): number => (count > 0 ? 1 / count : 0)
  const { variance, freedom } = clusteredVariance([
    { residuals: candidate, scale: over(candidateBad) },
    { residuals: baseline, scale: -over(baselineBad) },
  ])
  const independent =
    (1 - candidate.ratio) * over(candidateBad) + (1 - baseline.ratio) * over(baselineBad)
  if (!(independent > 0)) return { effect: 1, freedom: confirmation.candidateBad.length - 1 }
  return { effect: Math.max(1, variance / independent), freedom }
}
