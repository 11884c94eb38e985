import { confirmCohorts, type Suggestion } from '../confirm/confirm-cohorts.ts'
import type { CohortCounts } from './cohort-source.ts'
import { cohortKey } from '../format-cohort.ts'
import type { AllCounts } from './count-all.ts'
import type { Suggested } from './discover.ts'
import { questionOf } from './question-of.ts'
import type { Confirmed } from './standing-findings.ts'

export interface ConfirmSuggestedOptions {
  q?: number | undefined
  /** By cohort: `slowdownByChance`, where everything takes longer. */
  slowdowns?: ReadonlyMap<string, number> | undefined
}

/** The suggestions that the confirmation half bears out; "everything changed alike" is not one of them. */
export function confirmSuggested(
  suggested: readonly Suggested[],
  counts: AllCounts,
  { q = 0.05, slowdowns }: ConfirmSuggestedOptions = {},
): Confirmed[] {
  const tested = suggested.filter(({ cohort }) => cohort.length > 0)
  const everything = new Map(
    counts.measures.map(({ name }) => [name, counts.of([], name).confirmation]),
  )
  const confirmations = confirmCohorts(
    everything,
    tested.map(({ measure, cohort }) => {
      const counted = counts.of(cohort, measure)
      const otherP = questionOf(measure) === 'slow' ? slowdowns?.get(cohortKey(cohort)) : undefined
      return {
        kind: kindOf(counts, measure),
        measure,
        ...testedCounts(counted),
        ...(otherP !== undefined && { otherP }),
      }
    }),
    { q },
  )
  return tested.flatMap(({ measure, cohort, alternatives }, index) => {
    const confirmation = confirmations[index]!
    if (!confirmation.confirmed) return []
    return {
      measure: { name: measure, kind: kindOf(counts, measure) },
      cohort,
      counts: counts.of(cohort, measure),
      confirmation,
      alternatives: [...alternatives],
    }
  })
}

/** What the confirmation half has of a cohort. */
export function testedCounts({
  baseline,
  discovery,
  confirmation,
  units,
}: CohortCounts): Pick<Suggestion, 'counts' | 'units' | 'baselineEvents'> {
  const baselineEvents = baseline.total - discovery.baseline.total
  return { counts: confirmation, units, baselineEvents }
}

function kindOf({ measures }: AllCounts, name: string): 'share' | 'volume' {
  return measures.find((measure) => measure.name === name)!.kind
}
