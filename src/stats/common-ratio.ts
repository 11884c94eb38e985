import type { ComparisonBlock } from './e-process.ts'

/**
 * The ratio of failure rates (candidate / baseline) that all blocks have in common, each compared with itself, so that
 * neither bursts that hit both sides nor a ramp disturb it (Mantel & Haenszel 1959; for rates: Rothman & Boice 1979).
 * Null without failures of the baseline.
 */
export function commonRateRatio(blocks: readonly ComparisonBlock[]): number | null {
  return common(blocks, ({ candidateBad, baselineBad, candidateTotal, baselineTotal }) => [
    candidateBad * baselineTotal,
    baselineBad * candidateTotal,
  ])
}

/** The same of the odds of failure. */
export function commonOddsRatio(blocks: readonly ComparisonBlock[]): number | null {
  return common(blocks, ({ candidateBad, baselineBad, candidateTotal, baselineTotal }) => [
    candidateBad * (baselineTotal - baselineBad),
    baselineBad * (candidateTotal - candidateBad),
  ])
}

function common(
  blocks: readonly ComparisonBlock[],
  weigh: (block: ComparisonBlock) => readonly [candidate: number, baseline: number],
): number | null {
  let candidate = 0
  let baseline = 0
  for (const block of blocks) {
    const all = block.candidateTotal + block.baselineTotal
    if (all === 0) continue
    const [above, below] = weigh(block)
    candidate += above / all
    baseline += below / all
  }
  return baseline === 0 ? null : candidate / baseline
}
