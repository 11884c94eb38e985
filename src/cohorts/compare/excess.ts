/** How many bad events of the candidate are beyond what the baseline and the change of the rest explain. */
import type { CohortCounts, MeasureKind, SideCounts } from './cohort-source.ts'

/** What was expected is computed from these; `baseline` may be weighted to the candidate's mix. */
export interface Sides {
  baseline: SideCounts
  candidate: SideCounts
}

/**
 * Sides on which rates of the baseline can be compared with those of the candidate: every row, or, where the mix had to
 * be balanced, the confirmation half, which alone is counted with the balance's weights.
 */
export function comparableSides(counts: CohortCounts, isBalanced: boolean): Sides {
  if (!isBalanced) return counts
  const { baselineBad, baselineTotal, candidateBad, candidateTotal } = counts.confirmation
  return {
    baseline: { bad: sum(baselineBad), total: sum(baselineTotal) },
    candidate: { bad: sum(candidateBad), total: sum(candidateTotal) },
  }
}

/**
 * Excess of a cohort, in events of the candidate. Shares: bad events beyond the baseline's rate with its odds multiplied
 * by the odds ratio of the rest. Volumes: events beyond the baseline's, multiplied by the ratio of the rest; negative
 * where events went missing.
 *
 * @param printed the candidate's counts over all rows
 * @param cohort, everything both from `comparableSides`
 */
export function excessOf(
  kind: MeasureKind,
  printed: SideCounts,
  cohort: Sides,
  everything: Sides,
): number {
  const rest = {
    baseline: minus(everything.baseline, cohort.baseline),
    candidate: minus(everything.candidate, cohort.candidate),
  }
  if (kind === 'volume') {
    const ratio = rest.baseline.total > 0 ? rest.candidate.total / rest.baseline.total : 1
    const part = cohort.candidate.total > 0 ? printed.total / cohort.candidate.total : 1
    return printed.total - cohort.baseline.total * ratio * part
  }
  const odds = oddsOf(cohort.baseline, rest.baseline) * restOdds(rest)
  return printed.bad - (printed.total * odds) / (1 + odds)
}

/** Bad events of everything beyond the baseline's rate; for volumes, events beyond the baseline's. */
export function overallExcess(kind: MeasureKind, printed: SideCounts, everything: Sides): number {
  const { baseline } = everything
  if (kind === 'volume') return printed.total - baseline.total
  return baseline.total === 0 ? 0 : printed.bad - (printed.total * baseline.bad) / baseline.total
}

/** Odds of being bad; half an event of the rest's rate stands in where the baseline has seen little or nothing. */
function oddsOf({ bad, total }: SideCounts, rest: SideCounts): number {
  const rate = (rest.bad + 0.5) / (rest.total + 1)
  const shrunk = Math.min(1 - 1e-9, (bad + 0.5) / (total + 0.5 / Math.min(1, rate)))
  return shrunk / (1 - shrunk)
}

function restOdds({ baseline, candidate }: Sides): number {
  const odds = ({ bad, total }: SideCounts): number => (bad + 0.5) / (total - bad + 0.5)
  return odds(candidate) / odds(baseline)
}

function minus(a: SideCounts, b: SideCounts): SideCounts {
  const total = Math.max(0, a.total - b.total)
  return { bad: Math.min(total, Math.max(0, a.bad - b.bad)), total }
}

function sum(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}
