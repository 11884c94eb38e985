import { baselineBad, baselineGood, type ClassCounts } from './cell-counts.ts'
import { binomialLogLikelihood } from './likelihood-gain.ts'
import { commonOdds, partOf } from './parts-of-cell.ts'

/**
 * Nats by which the candidate's rows of a cell and those of the rest of a wider cell are better described by a rate each
 * than by one odds ratio over the baseline's rates for both; 0 where the cell is not the worse part. The baseline's rates
 * are taken as known, so that a clean baseline does not hide where in the wider cell the failures are.
 * @param prior rate towards which the baseline's is shrunk
 */
export function standsOut(four: ClassCounts, wider: ClassCounts, prior: number): number {
  const rest = wider.map((count, k) => Math.max(0, count - four[k]!))
  const rate = (wider[baselineBad]! + 1) / (wider[baselineBad]! + wider[baselineGood]! + 1 / prior)
  const inside = partOf(four, rate)
  const outside = partOf(rest, rate)
  if (inside.bad * outside.total * outside.expected <= outside.bad * inside.total * inside.expected)
    return 0
  return (
    binomialLogLikelihood(inside.bad, inside.total) +
    binomialLogLikelihood(outside.bad, outside.total) -
    commonOdds(inside, outside)
  )
}
