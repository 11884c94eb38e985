/** What is likely to be reported is examined while everything is still being counted, where the source gains by that. */
import { cohortKey } from '../format-cohort.ts'
import type { CohortQuestion, CohortSource, ExaminedCohort } from './cohort-source.ts'

/** By `questionKey`. */
export type EarlyExamined = ReadonlyMap<string, ExaminedCohort>

/** Questions that are asked before it is known whether the cohort is confirmed. */
const mostEarly = 8

export function questionKey({ cohort, measure }: CohortQuestion): string {
  return `${measure} ${cohortKey(cohort)}`
}

/**
 * Never fails: what is not known is asked when it is needed, and a failure is said then.
 * @param likely best first
 */
export async function examineEarly(
  source: CohortSource,
  likely: readonly CohortQuestion[],
  stop: AbortSignal | undefined,
): Promise<EarlyExamined> {
  const asked = likely.slice(0, mostEarly)
  if (source.isScannedTogether !== true || asked.length === 0) return new Map()
  try {
    const examined = await source.examine(asked, stop)
    return new Map(examined.map((one, i) => [questionKey(asked[i]!), one]))
  } catch {
    return new Map()
  }
}
