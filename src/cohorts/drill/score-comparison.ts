import type { Cohort, Condition } from '../cohort.ts'
import type { Comparison, Finding } from '../compare/comparison.ts'
import { formatCohort } from '../format-cohort.ts'
import { matchRows } from '../source/memory-match.ts'
import type { MemoryTable } from '../source/memory-rows.ts'
import type { PlantedCohort, PlantedEvents, PlantKind } from './planted-events.ts'

/**
 * - `exact`: the same attributes, each condition with the same rows (of a number: at most 2 % of all rows differ)
 * - `overlap`: other words for nearly the same rows, 80 % of either's rows shared
 * - `partly`: only wider or narrower descriptions of it were reported
 */
export type Match = 'exact' | 'overlap' | 'partly' | 'missed'

export interface ScoredPlant {
  kind: PlantKind
  text: string
  order: number
  ranged: boolean
  effect: number
  share: number
  /** Expected in the half that confirms, and in the half that is searched. */
  nats: number
  searchNats: number
  /** What naming it costs. */
  namingNats: number
  /** Above the line of confirmation, and above that of the search. */
  detectable: boolean
  aboveSearch: boolean
  match: Match
  /** Findings that show some of its excess. */
  answers: number
  /** The best of them, and how many of the rows they share. */
  best: { text: string; measure: string; sharedRows: number; alternativeIsExact: boolean } | null
}

export interface ScoredRun {
  plants: ScoredPlant[]
  /** Findings that show nothing of any plant. */
  falseFindings: { text: string; measure: string; q: number; value: number }[]
  findings: number
}

const sameRows = 0.8
/** A finding that shares less of the excess with every plant is false. */
const relatedExcess = 0.1
const rangeTolerance = 0.02
const glanceRows = 100_000

/** Compares what was found with what was planted, by the rows that both hold. */
export function scoreComparison(events: PlantedEvents, { findings }: Comparison): ScoredRun {
  const glance = glanceOf(events.table)
  const plants = events.planted.map((plant) => ({ plant, scored: unmatched(plant) }))
  const falseFindings: ScoredRun['falseFindings'] = []
  for (const finding of findings) {
    const inside = rowsOf(events.table, finding.cohort)
    const size = inside.reduce((sum, flag) => sum + flag, 0)
    let related = finding.cohort.length === 0
    for (const { plant, scored } of plants) {
      if (excessShared(plant, finding, inside) < relatedExcess) continue
      related = true
      scored.answers += 1
      const shared = plant.members.reduce((sum, row) => sum + inside[row]!, 0)
      note(scored, finding, {
        sharedRows: shared / (plant.members.length + size - shared),
        exact: sameCohort(events, glance, plant.cohort, finding.cohort),
        alternativeIsExact: finding.alternatives.some(({ cohort }) =>
          sameCohort(events, glance, plant.cohort, cohort),
        ),
      })
    }
    if (!related) {
      const { text, measure, q, effect } = finding
      falseFindings.push({ text, measure, q, value: effect.value })
    }
  }
  return { plants: plants.map(({ scored }) => scored), falseFindings, findings: findings.length }
}

function unmatched(plant: PlantedCohort): ScoredPlant {
  const { kind, cohort, effect, share, expected, namingNats, detectable, aboveSearch } = plant
  return {
    kind,
    text: formatCohort(cohort),
    order: cohort.length,
    ranged: cohort.some(({ op }) => op === 'range'),
    effect,
    share,
    nats: expected.nats,
    searchNats: expected.searchNats,
    namingNats,
    detectable,
    aboveSearch,
    match: 'missed',
    answers: 0,
    best: null,
  }
}

const ranks: readonly Match[] = ['missed', 'partly', 'overlap', 'exact']

function note(
  scored: ScoredPlant,
  { text, measure }: Finding,
  found: { sharedRows: number; exact: boolean; alternativeIsExact: boolean },
): void {
  const match = found.exact ? 'exact' : found.sharedRows >= sameRows ? 'overlap' : 'partly'
  const better = ranks.indexOf(match) - ranks.indexOf(scored.match)
  if (better < 0 || (better === 0 && found.sharedRows <= (scored.best?.sharedRows ?? -1))) return
  scored.match = match
  const { sharedRows, alternativeIsExact } = found
  scored.best = { text, measure, sharedRows, alternativeIsExact }
}

function rowsOf(table: MemoryTable, cohort: Cohort): Uint8Array {
  const inside = new Uint8Array(table.rows)
  const found = new Uint32Array(table.rows)
  const size = matchRows(table, cohort)(0, table.rows, found)
  for (let i = 0; i < size; i++) inside[found[i]!] = 1
  return inside
}

/** Jaccard index of the rows that the plant made bad and the excess that the finding claims; 0 under other measures. */
function excessShared(plant: PlantedCohort, finding: Finding, inside: Uint8Array): number {
  const caused = plant.excess.get(finding.measure)
  if (caused === undefined || caused.length === 0) return 0
  const shared = caused.reduce((sum, row) => sum + inside[row]!, 0)
  const claimed = Math.max(shared, Math.abs(finding.excess))
  return shared / (caused.length + claimed - shared)
}

function sameCohort(
  { renames }: PlantedEvents,
  glance: MemoryTable,
  planted: Cohort,
  found: Cohort,
): boolean {
  if (planted.length !== found.length) return false
  const original = (name: string): string => renames.get(name) ?? name
  return planted.every((condition) => {
    const own = found.find(({ attribute }) => original(attribute) === original(condition.attribute))
    return own !== undefined && sameCondition(glance, condition, own)
  })
}

function sameCondition(glance: MemoryTable, planted: Condition, found: Condition): boolean {
  const first = rowsOf(glance, [planted])
  const second = rowsOf(glance, [found])
  const different = first.reduce((sum, flag, row) => sum + (flag === second[row] ? 0 : 1), 0)
  return different <= (planted.op === 'range' ? rangeTolerance * glance.rows : 0)
}

/** Evenly spaced rows stand for all. */
function glanceOf(table: MemoryTable): MemoryTable {
  const step = Math.max(1, Math.floor(table.rows / glanceRows))
  const rows = Math.floor(table.rows / step)
  return {
    rows,
    candidate: table.candidate.filter((_, row) => row % step === 0).slice(0, rows),
    attributes: table.attributes.map((column) =>
      column.kind === 'number'
        ? {
            ...column,
            values: Float64Array.from({ length: rows }, (_, i) => column.values[i * step]!),
          }
        : {
            ...column,
            codes: Uint32Array.from({ length: rows }, (_, i) => column.codes[i * step]!),
          },
    ),
  }
}
