import { commonOddsRatio, commonRateRatio } from '../../stats/common-ratio.ts'
import type { ComparisonBlock } from '../../stats/e-process.ts'
import { sumOfBlocks } from '../../stats/sum-of-blocks.ts'

/** Rates of both sides, and the ratio that all blocks have in common. */
export interface MeasuredRates {
  baseline: number
  candidate: number
  /** candidate / baseline, of the rates or of their odds; null where the baseline has none. */
  ratio: number | null
}

export function measuredRates(blocks: readonly ComparisonBlock[]): MeasuredRates {
  return { ...rates(blocks), ratio: commonRateRatio(blocks) }
}

/** The ratio is that of the odds. */
export function measuredOdds(blocks: readonly ComparisonBlock[]): MeasuredRates {
  return { ...rates(blocks), ratio: commonOddsRatio(blocks) }
}

function rates(blocks: readonly ComparisonBlock[]): Omit<MeasuredRates, 'ratio'> {
  const sum = sumOfBlocks(blocks)
  return {
    baseline: sum.baselineTotal === 0 ? 0 : sum.baselineBad / sum.baselineTotal,
    candidate: sum.candidateTotal === 0 ? 0 : sum.candidateBad / sum.candidateTotal,
  }
}
