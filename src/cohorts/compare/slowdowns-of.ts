import type { Cohort } from '../cohort.ts'
import { slowdown, slowdownByChance } from '../confirm/slowdown.ts'
import { cohortKey } from '../format-cohort.ts'
import type { CohortSource } from './cohort-source.ts'
import type { Suggested } from './discover.ts'
import { questionOf } from './question-of.ts'

/**
 * Where everything takes longer: of each cohort that latency suggests, the chance of so great a slowdown beyond the
 * rest's. Undefined where there is nothing to ask.
 */
export async function slowdownsOf(
  source: CohortSource,
  suggested: readonly Suggested[],
  stop: AbortSignal | undefined,
): Promise<Map<string, number> | undefined> {
  const asked = suggested.filter(
    ({ measure, cohort }) => questionOf(measure) === 'slow' && cohort.length > 0,
  )
  if (asked.length === 0) return undefined
  const everything: Cohort = []
  const sums = await source.durations([everything, ...asked.map(({ cohort }) => cohort)], stop)
  const all = sums?.[0]
  if (sums === null || all === undefined || !((slowdown(all, all)?.low ?? 0) > 1)) return undefined
  return new Map(
    asked.map(({ cohort }, i) => [cohortKey(cohort), slowdownByChance(sums[i + 1]!, all)]),
  )
}
