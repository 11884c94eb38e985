/** In which cohorts did the candidate change, beyond what its baseline and the change of the rest explain? */
import type { MeasureKind } from './compare/cohort-source.ts'
import type { CohortTable } from './cohort-table.ts'
import type { Cohort } from './cohort.ts'
import type { MixBalance } from './mix-balance.ts'
import { scanCohorts } from './search/scan-cohorts.ts'
import { searchMeasures } from './search/search-measures.ts'
import { atOnce, type Steps } from './steps.ts'

/** One yes-or-no question about a row, for example `failed` or `slower than the baseline's p99`. */
export interface CohortMeasure {
  name: string
  /** `share` where left out; for a volume every row that counts is an event, bad or not. */
  kind?: MeasureKind
  /** Per row: 1 = bad, 0 = good, 255 = the row does not count for this measure. */
  bad: Uint8Array
  /** Per row, where they are not the table's: how many events it stands for; multiples of 1/1024. */
  weights?: Float64Array
  /** Variance of the events over that of independent ones: what their evidence is divided by; default 1. */
  designEffect?: number
}

export interface CohortSearch {
  /** The discovery half of the rows, with selected attributes (`selectAttributes`). Weights are multiples of 1/1024. */
  table: CohortTable
  measures: readonly CohortMeasure[]
  /** Most conditions of a cohort, 1 to 6; default 3. */
  maxOrder?: number
  /** Most cohorts to report over all measures; default 400. */
  maxResults?: number
  /** Smallest number of bad candidate rows worth reporting; default 4. */
  minimumBad?: number
  /**
   * Nats that the score of a suggestion must exceed; default 0, where chance suggests less than one cohort a measure. Below
   * 0 (down to -5) for those who test suggestions on other rows and would rather test a few in vain than miss one: at most
   * ten more a measure (`doubtBounds`), whose score is never above 0 and counts the cost of the name alone.
   */
  leastScore?: number
  /** Weights of the baseline's rows for shares; computed for each measure where left out. */
  balance?: MixBalance
}

export interface SideCount {
  bad: number
  total: number
}

export interface CohortAlternative {
  cohort: Cohort
  /** Its own, at most that of the cohort it is an alternative to. */
  score: number
}

export interface CohortCandidate {
  measure: string
  /** `[]` means that everything changed alike. */
  cohort: Cohort
  /** Weighted rows of the cohort that count for the measure, the mix not balanced. */
  baseline: SideCount
  candidate: SideCount
  /**
   * Gain in log-likelihood, in nats, over "no change beyond the rest's change", after the penalty for the cells and
   * intervals tried. Above `leastScore` for everything that is reported. For ranking, not a significance.
   */
  score: number
  /** Other descriptions of much the same bad rows, best first: other attributes, wider and narrower cohorts. */
  alternatives: CohortAlternative[]
}

export interface CohortSearchResult {
  /** Best first. */
  found: CohortCandidate[]
  searched: {
    rows: number
    attributes: number
    /** Cells and intervals compared, over all measures. */
    cells: number
    maxOrder: number
    /** False where `cut` says what was left out. */
    complete: boolean
    /** Plain sentences. */
    cut: string[]
  }
}

/**
 * Every conjunction of up to `maxOrder` values, intervals of numbers and absences, for every measure; then the fewest
 * cohorts that explain what changed. For shares a cohort counts as worse where the candidate's bad rate is above what
 * the cohort's baseline rate (shrunk to its parents') and the change of the rest explain; differences in mix are weighted
 * away first. For volumes it counts as changed, either way, where the rows split between the sides otherwise than the
 * rest. Pure: the same rows give the same answer in whatever order; the input is not changed.
 *
 * @throws RangeError when columns, weights or measures do not have one entry per row, or the order is not 1 to 6
 */
export function searchCohorts(search: CohortSearch): CohortSearchResult {
  return atOnce(searchInSteps(search))
}

/** The same in parts, between which other work can be done. */
export function* searchInSteps(search: CohortSearch): Steps<CohortSearchResult> {
  const steps = searchMeasures(search)
  let step = steps.next()
  while (step.done !== true) {
    yield
    const { population, attributes, settings } = step.value
    step = steps.next(scanCohorts(population, attributes, settings))
  }
  return step.value
}
