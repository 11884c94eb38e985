/** Other descriptions of much the same rows, which all rows may prefer: chance in a sample adds conditions and hides them. */
import type { Cohort } from '../cohort.ts'
import { inReadingOrder } from './reading-order.ts'

/** The cohort without one of its conditions, without two, and so on; not everything. Narrow ones first. */
export function widerCohorts(cohort: Cohort): Cohort[] {
  const wider: Cohort[] = []
  const all = 2 ** cohort.length - 1
  for (let kept = 1; kept < all; kept++) wider.push(cohort.filter((_, i) => (kept >> i) % 2 === 1))
  return wider.toSorted((a, b) => b.length - a.length)
}

/** The cohort with one condition more, from another description of much the same rows; in the order of those. */
export function narrowerCohorts(
  cohort: Cohort,
  others: readonly Cohort[],
  maxOrder: number,
): Cohort[] {
  if (cohort.length >= maxOrder) return []
  const named = new Set(cohort.map(({ attribute }) => attribute))
  return others
    .flat()
    .filter(({ attribute }) => !named.has(attribute))
    .map((condition) => inReadingOrder([...cohort, condition]))
}
