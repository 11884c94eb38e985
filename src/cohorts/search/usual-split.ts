/** How the good events of a cell split between the sides, where only some of them are in the sample. */
import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
  type GoodWeights,
} from '../cell-counts.ts'

/** Of a cell's split: standard deviation of its log odds around everything's, the mix balanced. */
const splitSpread = 0.25

/**
 * The counts with as many good rows, and one more, split between the sides as everything's are, as far as its own rows do
 * not say otherwise. Of a narrow cohort all bad rows are in the sample and hardly a good one: whether chance took three
 * of them or none, on one side or the other, says nothing about it.
 */
export function usualSplit(
  four: ArrayLike<number>,
  all: ArrayLike<number>,
  weights: GoodWeights,
): [number, number, number, number] {
  const baseline = four[baselineGood]! / weights.baseline
  const candidate = four[candidateGood]! / weights.candidate
  const allCandidate = all[candidateGood]! / weights.candidate
  const usual = (allCandidate + 0.5) / (allCandidate + all[baselineGood]! / weights.baseline + 1)
  // rows that say as much as the spread does
  const prior = 1 / (splitSpread ** 2 * usual * (1 - usual))
  const rows = baseline + candidate
  const share = (candidate + prior * usual) / (rows + prior)
  return [
    (rows + 1) * (1 - share) * weights.baseline,
    four[baselineBad]!,
    (rows + 1) * share * weights.candidate,
    four[candidateBad]!,
  ]
}

/** The same for gains. */
export function withUsualSplit(all: ClassCounts, weights: GoodWeights | undefined) {
  return (four: ClassCounts): ClassCounts =>
    weights === undefined ? four : Float64Array.from(usualSplit(four, all, weights))
}
