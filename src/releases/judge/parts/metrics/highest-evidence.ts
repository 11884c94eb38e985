import type { ComparisonBlock, EProcess } from '../../../../stats/e-process.ts'
import { weightedLogMean } from '../../../../stats/e-merge.ts'
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
  const weights = tests.map(() => 1 / tests.length)
  let best = 0
  for (let i = 0; i < blocks; i++) {
    const values = series.map((logE) => logE[i]!)
    best = Math.max(best, weightedLogMean(values, weights))
  }
  return best
}
