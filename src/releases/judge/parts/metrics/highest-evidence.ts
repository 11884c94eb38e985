import type { ComparisonBlock, EProcess } from '../../../../stats/e-process.ts'
import { highestLogMean } from '../../../../stats/highest-log-mean.ts'
import { updateStrata } from '../../evaluate-harm.ts'
import { thinned } from './evaluate-metric-claims.ts'

/** The highest mean of several tests of one claim, block by block: their null is that all of them are true. */
export function highestEvidence(
  strata: readonly ComparisonBlock[][],
  clustering: number,
  tests: readonly EProcess[],
): number {
  const thin = strata.map((blocks) => thinned(blocks, clustering))
  const blocks = Math.max(0, ...thin.map(({ length }) => length))
  const series = tests.map((test) => {
    const logE = new Float64Array(blocks)
    updateStrata(test, thin, logE)
    return logE
  })
  return highestLogMean(series)
}
