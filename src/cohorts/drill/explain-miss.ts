/** Why a planted cohort was not found: which step of the comparison lost it. */
import { confirmSuggested } from '../compare/confirm-suggested.ts'
import type { CohortSource } from '../compare/cohort-source.ts'
import { countAll } from '../compare/count-all.ts'
import { discover, leastScore, minimumBad, type Suggested } from '../compare/discover.ts'
import { nameCost } from '../compare/name-cost.ts'
import { settleSuggestions } from '../compare/settle-suggestions.ts'
import type { Cohort } from '../cohort.ts'
import { cohortKey, formatCohort } from '../format-cohort.ts'
import { matchRows } from '../source/memory-match.ts'
import type { PlantedCohort, PlantedEvents } from './planted-events.ts'

/**
 * - `chance`: the rows of the confirmation half do not bear out even the planted cohort itself
 * - `not suggested`: they do, but the search of the other half suggested nothing like it
 * - `lost later`: it was suggested, and would be confirmed; another finding stands in its place
 */
export type MissCause = 'chance' | 'not suggested' | 'lost later'

export interface ExplainedMiss {
  cause: MissCause
  suggestions: number
  /** The suggestion that shares most rows with it, under the measures that show it. */
  nearest: { text: string; measure: string; sharedRows: number } | null
}

const sameRows = 0.8

/** Repeats search and confirmation, with each planted cohort among the suggestions. */
export async function explainMisses(
  events: PlantedEvents,
  source: CohortSource,
  missed: readonly PlantedCohort[],
  maxOrder: number | undefined,
): Promise<ExplainedMiss[]> {
  const description = await source.describe()
  const sample = await source.sample()
  const { suggested, balance, table } = await discover(
    sample,
    maxOrder === undefined ? {} : { maxOrder },
    {},
  )
  const results: ExplainedMiss[] = []
  for (const plant of missed) {
    const own: Suggested[] = [...plant.excess.keys()].map((measure) => ({
      measure,
      cohort: plant.cohort,
      alternatives: [],
    }))
    const all = [...suggested.filter(({ cohort }) => cohort.length > 0), ...own]
    const counts = await countAll(source, {
      cohorts: [[], ...all.map(({ cohort }) => cohort)],
      measures: description.measures,
      balance,
      stop: undefined,
    })
    const key = cohortKey(plant.cohort)
    const settled = settleSuggestions(all, {
      counts,
      isCounted: () => false,
      nameCost: nameCost(table, minimumBad),
      leastWorth: leastScore,
    })
    const stands = confirmSuggested(settled, counts).some(({ cohort }) => cohortKey(cohort) === key)
    const nearest = nearestOf(events, plant, suggested)
    const like = nearest !== null && nearest.sharedRows >= sameRows
    results.push({
      cause: stands ? (like ? 'lost later' : 'not suggested') : 'chance',
      suggestions: suggested.length,
      nearest,
    })
  }
  return results
}

function nearestOf(
  { table }: PlantedEvents,
  plant: PlantedCohort,
  suggested: readonly Suggested[],
): ExplainedMiss['nearest'] {
  const planted = new Uint8Array(table.rows)
  for (const row of plant.members) planted[row] = 1
  const found = new Uint32Array(table.rows)
  const shared = (cohort: Cohort): number => {
    const size = matchRows(table, cohort)(0, table.rows, found)
    let both = 0
    for (let i = 0; i < size; i++) both += planted[found[i]!]!
    return both / (size + plant.members.length - both)
  }
  let nearest: ExplainedMiss['nearest'] = null
  for (const { measure, cohort } of suggested) {
    if (!plant.excess.has(measure) || cohort.length === 0) continue
    const sharedRows = shared(cohort)
    if (sharedRows > 0 && sharedRows > (nearest?.sharedRows ?? 0)) {
      nearest = { text: formatCohort(cohort), measure, sharedRows }
    }
  }
  return nearest
}
