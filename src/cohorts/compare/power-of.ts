import { designEffect } from '../confirm/design-effect.ts'
import { searchPower } from '../confirm/search-power.ts'
import type { SourceDescription } from './cohort-source.ts'
import type { Power } from './comparison.ts'
import type { AllCounts } from './count-all.ts'

/**
 * What the comparison would have found, by its first measure of shares; nothing is said where there is none.
 *
 * @param tested suggestions that went to the confirmation half
 * @param minimumBad bad events of the candidate that a suggestion needs in the sample
 */
export function powerOf(
  description: SourceDescription,
  counts: AllCounts,
  tested: number,
  { minimumBad, sampled, q }: { minimumBad: number; sampled: number; q: number | undefined },
): Power {
  const measure = description.measures.find(({ kind }) => kind === 'share')
  if (measure === undefined) return { smallestShare: null, smallestEffect: null }
  const everything = counts.of([], measure.name)
  const { bad, total } = everything.baseline
  return searchPower({
    baseline: description.baseline,
    candidate: description.candidate,
    baseRate: total === 0 ? 0 : bad / total,
    suggestions: Math.max(1, tested),
    minimumBad,
    sampled,
    designEffect: designEffect(everything.confirmation),
    ...(q === undefined ? {} : { q }),
  })
}
