import type { BucketCounts } from '../compare/cohort-source.ts'

/** One bucket in so many may be odd without counting: one large user elsewhere says nothing about the others. */
const bucketsPerOddOne = 80

/**
 * Variance of how events split between the sides over that of as many independent events, at least 1: where each user
 * lies on one side alone, about the mean number of events that come with an event (sum n^2 / sum n); where every event
 * takes a side by itself, 1.
 *
 * @param everything counts of all events by bucket of the hashed unit; not balanced
 */
export function volumeDesignEffect(everything: BucketCounts): number {
  const { baselineTotal, candidateTotal } = everything
  const sum = (counts: Float64Array): number => counts.reduce((all, count) => all + count, 0)
  const [baseline, candidate] = [sum(baselineTotal), sum(candidateTotal)]
  const events = baseline + candidate
  if (baseline === 0 || candidate === 0) return 1
  const share = candidate / events
  const squares = candidateTotal
    .map((count, bucket) => (count - share * (count + baselineTotal[bucket]!)) ** 2)
    .toSorted()
  const usual = squares.subarray(0, squares.length - Math.floor(squares.length / bucketsPerOddOne))
  const variance = (sum(usual) / usual.length) * squares.length
  return Math.max(1, variance / (share * (1 - share) * events))
}
