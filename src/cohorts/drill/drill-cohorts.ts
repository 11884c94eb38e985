/** Comparisons of planted events: what was found of what was planted, and how often something where nothing was. */
import { compareCohorts } from '../compare/compare-cohorts.ts'
import type { CohortSource } from '../compare/cohort-source.ts'
import type { Comparison } from '../compare/comparison.ts'
import type { Traits } from './draw-traits.ts'
import { explainMisses, type ExplainedMiss } from './explain-miss.ts'
import { memorySource } from '../source/memory-source.ts'
import {
  plantedEvents,
  type PlantedEvents,
  type PlantKind,
  type PlantWish,
} from './planted-events.ts'
import { scoreComparison, type ScoredPlant, type ScoredRun } from './score-comparison.ts'

/**
 * A way to spoil the comparison, which the drill must notice:
 * - `confirmation`: what the search suggests is counted again on the same rows, event by event
 * - `units`: the events of one user count as independent
 */
export type PlantedBug = 'confirmation' | 'units'

export interface DrillOptions {
  rows: number
  attributes: number
  /** Comparisons with planted cohorts. */
  runs: number
  /** Comparisons of two sides that do not differ. */
  nulls: number
  seed: number
  kinds: readonly PlantKind[]
  /** Cohorts of each run, how many or which; left out: 0 to 5. */
  plants?: number | readonly PlantWish[]
  maxOrder?: number
  bug?: PlantedBug
  /** Overrides how the events come about, `clustered` for one. */
  traits?: Partial<Traits>
  /** Whether what was missed above the line of confirmation is searched again, to say which step lost it. */
  explain?: boolean
}

/** With the reason where it was missed above the line of confirmation. */
export type DrilledPlant = ScoredPlant & { why?: ExplainedMiss }

export interface PlantedRun extends ScoredRun {
  plants: DrilledPlant[]
  seed: number
  seconds: number
  complete: boolean
}

export interface NullRun {
  seed: number
  seconds: number
  /** What was found where nothing differs. */
  findings: { text: string; measure: string; q: number }[]
}

export interface DrillRuns {
  options: DrillOptions
  planted: PlantedRun[]
  nulls: NullRun[]
  /** Largest memory of the process so far. */
  megabytes: number
}

/** Users have 40 to 50 events, all on one side, and some fail with every one: events are far from independent. */
export const clustered: Partial<Traits> = {
  split: 'user',
  leastEvents: 40,
  userSpread: 1.5,
  brokenUsers: 0.01,
}

export interface DrillHooks {
  signal?: AbortSignal
  /** After each run: how many of all. */
  onRun?: (done: number, of: number) => void
}

/** One after the other. Ended by `signal`, it returns the runs that are complete. */
export async function drillCohorts(
  options: DrillOptions,
  { signal, onRun }: DrillHooks = {},
): Promise<DrillRuns> {
  const planted: PlantedRun[] = []
  const nulls: NullRun[] = []
  const all = options.runs + options.nulls
  for (let index = 0; index < all; index++) {
    if (signal?.aborted === true) break
    const healthy = index >= options.runs
    const seed = options.seed + (healthy ? index - options.runs : index)
    const { rows, attributes, kinds, plants, traits } = options
    const events = plantedEvents({
      seed,
      rows,
      attributes,
      kinds,
      healthy,
      ...(plants === undefined ? {} : { plants }),
      ...(traits === undefined ? {} : { traits }),
    })
    const began = performance.now()
    const comparison = await compareEvents(events, options)
    const seconds = (performance.now() - began) / 1000
    if (healthy) {
      const findings = comparison.findings.map(({ text, measure, q }) => ({ text, measure, q }))
      nulls.push({ seed, seconds, findings })
    } else {
      const scored = scoreComparison(events, comparison)
      const plants =
        options.explain === true ? await explained(events, scored, options) : scored.plants
      planted.push({ seed, seconds, complete: comparison.complete, ...scored, plants })
    }
    onRun?.(index + 1, all)
  }
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  return { options, planted, nulls, megabytes }
}

async function explained(
  events: PlantedEvents,
  { plants }: ScoredRun,
  { maxOrder, bug }: DrillOptions,
): Promise<DrilledPlant[]> {
  const isMissed = ({ detectable, match }: ScoredPlant): boolean =>
    detectable && (match === 'missed' || match === 'partly')
  const missed = events.planted.filter((_, index) => isMissed(plants[index]!))
  if (missed.length === 0) return plants
  const source = eventSource(events, bug)
  try {
    const reasons = await explainMisses(events, source, missed, maxOrder)
    return plants.map((plant, index) => {
      const why = reasons[missed.indexOf(events.planted[index]!)]
      return why === undefined ? plant : { ...plant, why }
    })
  } finally {
    await source.close()
  }
}

/** The comparison that a user gets, over these events. */
export async function compareEvents(
  events: PlantedEvents,
  { maxOrder, bug }: Pick<DrillOptions, 'maxOrder' | 'bug'>,
): Promise<Comparison> {
  const source = eventSource(events, bug)
  try {
    return await compareCohorts(source, maxOrder === undefined ? {} : { maxOrder })
  } finally {
    await source.close()
  }
}

function eventSource(events: PlantedEvents, bug: PlantedBug | undefined): CohortSource {
  const { table, unit, measures, durations } = events
  return memorySource({
    table,
    unit: bug === 'units' ? unit.map((_, row) => row) : unit,
    measures,
    ...(durations === undefined ? {} : { durations }),
    names: { unit: 'user', exemplar: 'row' },
    unconfirmed: bug === 'confirmation',
  })
}
