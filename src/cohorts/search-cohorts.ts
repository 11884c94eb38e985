/** In which cohorts did the candidate get worse, beyond what its baseline and the change of the rest explain? */
import { balanceMix } from './balance-mix.ts'
import { subPopulation, type Population } from './cell-counts.ts'
import { codeAttribute, type CodedAttribute } from './coded-attributes.ts'
import type { Cohort } from './cohort.ts'
import { cohortMask, type CohortTable } from './cohort-table.ts'
import { searchMeasure } from './search-measure.ts'

/** One yes-or-no question about a row, for example `failed` or `slower than the baseline's p99`. */
export interface CohortMeasure {
  name: string
  /** Per row: 1 = bad, 0 = good, 255 = the row does not count for this measure. */
  bad: Uint8Array
}

export interface CohortSearch {
  /** The discovery half of the rows, with selected attributes (`selectAttributes`). */
  table: CohortTable
  measures: readonly CohortMeasure[]
  /** Most conditions of a cohort; default 2. */
  maxOrder?: 1 | 2
  /** Most cohorts to report over all measures; default 50. */
  maxResults?: number
  /** Smallest number of bad candidate rows worth reporting; default 4. */
  minimumBad?: number
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
  /** Rows of the cohort that count for the measure. */
  baseline: SideCount
  candidate: SideCount
  /**
   * Gain in log-likelihood, in nats, over "no change beyond the rest's change", after the penalty for the cells and
   * intervals tried. Positive for everything that is reported. For ranking, not a significance.
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

/** Nats that every description costs, "everything" too: chance must rarely pay them. */
const searchHurdle = 3
const maxPairedAttributes = 60
/** Row visits that pairs may cost in all. */
const pairBudget = 3e9

/**
 * Every value, every interval of numbers and every pair of them, for every measure; then the fewest cohorts that
 * explain what got worse. A cohort counts as worse where the candidate's bad rate is above what the cohort's baseline
 * rate (shrunk to its parents') and the change of the rest explain; differences in mix are weighted away first.
 * Deterministic; the input is not changed.
 *
 * @throws RangeError when columns or measures do not have one entry per row
 */
export function searchCohorts(search: CohortSearch): CohortSearchResult {
  const { table, measures, maxOrder = 2, maxResults = 50, minimumBad = 4 } = search
  checkLengths(table, measures)
  const support = badCandidates(table, measures)
  const attributes = table.attributes.map((column) =>
    codeAttribute(table, column, support, minimumBad),
  )
  const cut = attributes.flatMap(({ name, dropped }) =>
    dropped === 0 ? [] : [`Left out the ${dropped} values of ${name} with the fewest failures.`],
  )
  const paired = maxOrder === 2 ? pairedAttributes(attributes, table, measures.length, cut) : []

  const baseCost = searchHurdle + Math.log(Math.max(1, measures.length))
  const found: CohortCandidate[] = []
  for (const measure of measures) {
    const population = balanceMix(populationOf(table, measure.bad, attributes), attributes)
    const settings = { attributes, paired, maxOrder, minimumBad, baseCost }
    for (const { cohort, score, alternatives } of searchMeasure(settings, population)) {
      const sides = countSides(table, measure.bad, cohort)
      found.push({ measure: measure.name, cohort, ...sides, score, alternatives })
    }
  }
  found.sort((a, b) => b.score - a.score)
  if (found.length > maxResults)
    cut.push(`Reported the best ${maxResults} of ${found.length} cohorts.`)
  return {
    found: found.slice(0, maxResults),
    searched: {
      rows: table.rows,
      attributes: attributes.length,
      cells: measures.length * cellsOf(attributes, paired),
      maxOrder,
      complete: cut.length === 0,
      cut,
    },
  }
}

function checkLengths(table: CohortTable, measures: readonly CohortMeasure[]): void {
  const columns = [
    { name: 'candidate', length: table.candidate.length },
    ...measures.map(({ name, bad }) => ({ name, length: bad.length })),
    ...table.attributes.map((column) => ({
      name: column.name,
      length: column.kind === 'number' ? column.values.length : column.codes.length,
    })),
  ]
  for (const { name, length } of columns) {
    if (length !== table.rows) {
      throw new RangeError(`${name} has ${length} entries for ${table.rows} rows`)
    }
  }
}

/** Per row: 1 = a bad row of the candidate for some measure. */
function badCandidates(table: CohortTable, measures: readonly CohortMeasure[]): Uint8Array {
  const support = new Uint8Array(table.rows)
  for (const { bad } of measures) {
    for (let row = 0; row < table.rows; row++) {
      if (bad[row] === 1 && table.candidate[row] === 1) support[row] = 1
    }
  }
  return support
}

/** The attributes that may form pairs: all, unless time would run away; then the first of them. */
function pairedAttributes(
  attributes: readonly CodedAttribute[],
  table: CohortTable,
  measures: number,
  cut: string[],
): number[] {
  const pairs = pairBudget / Math.max(1, table.rows * measures)
  const affordable = Math.floor((1 + Math.sqrt(1 + 8 * pairs)) / 2)
  const most = Math.min(maxPairedAttributes, Math.max(2, affordable))
  if (attributes.length > most) {
    cut.push(`Searched pairs among the first ${most} of ${attributes.length} attributes only.`)
  }
  return attributes.slice(0, most).map((_, index) => index)
}

function populationOf(
  table: CohortTable,
  bad: Uint8Array,
  attributes: readonly CodedAttribute[],
): Population {
  const all: Population = {
    rows: new Uint32Array(table.rows).map((_, row) => row),
    classes: table.candidate.map((side, row) => side * 2 + (bad[row] === 1 ? 1 : 0)),
    codes: attributes.map(({ codes }) => codes),
    weights: undefined,
  }
  if (!bad.includes(255)) return all
  return subPopulation(
    all,
    bad.map((flag) => (flag === 255 ? 0 : 1)),
  )
}

function countSides(
  table: CohortTable,
  bad: Uint8Array,
  cohort: Cohort,
): { baseline: SideCount; candidate: SideCount } {
  const mask = cohortMask(table, cohort)
  const baseline = { bad: 0, total: 0 }
  const candidate = { bad: 0, total: 0 }
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] !== 1 || bad[row] === 255) continue
    const side = table.candidate[row] === 1 ? candidate : baseline
    side.total += 1
    side.bad += bad[row]!
  }
  return { baseline, candidate }
}

/** Single descriptions and pairs of them, plus "everything". */
function cellsOf(attributes: readonly CodedAttribute[], paired: readonly number[]): number {
  const singles = attributes.map(({ size, ordered }) =>
    ordered ? 1 + ((size - 1) * size) / 2 : size,
  )
  let cells = 1 + singles.reduce((sum, size) => sum + size, 0)
  for (const [index, first] of paired.entries()) {
    for (const second of paired.slice(index + 1)) {
      const both = attributes[first]!.ordered && attributes[second]!.ordered
      // two numbers are paired on coarse bins
      const coarse = (size: number): number => 1 + (both ? Math.min(55, size - 1) : size - 1)
      cells += coarse(singles[first]!) * coarse(singles[second]!)
    }
  }
  return cells
}
