/** All measures of a search: what is scanned, in which order, and what comes out. */
import { codeRows, type CodedAttribute } from '../coded-attributes.ts'
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import type {
  CohortCandidate,
  CohortMeasure,
  CohortSearch,
  CohortSearchResult,
  SideCount,
} from '../search-cohorts.ts'
import { balanced, mixBalance, type MixBalance } from '../mix-balance.ts'
import { doubtBounds } from './doubt-bounds.ts'
import type { ScanResult } from './scan-contender.ts'
import { searchMeasure, type ScanRequest } from './search-measure.ts'
import { countedRows, populationOf } from './search-population.ts'

/** A scan that is wanted next. */
export interface MeasureScanRequest extends ScanRequest {
  /** Index of the measure. */
  measure: number
  /** The scan of everything; false for those of the insides of cohorts, and of what is left over. */
  first: boolean
}

/** Nats that every description costs, "everything" too: chance must rarely pay them. */
const searchHurdle = 3

/** What one measure's search found; plain data. */
export interface MeasureAnswer {
  found: CohortCandidate[]
  /** Cells and intervals compared. */
  cells: number
  /** Plain sentences: what was left out. */
  cut: string[]
}

/**
 * Asks for scans, and ends with the answer.
 * @param stopped whether to give what is found so far
 * @throws RangeError as `searchCohorts` does
 */
export function* searchMeasures(
  search: CohortSearch,
  stopped: () => boolean = () => false,
): Generator<MeasureScanRequest, CohortSearchResult, ScanResult> {
  checkSearch(search)
  const balanceOf = balances(search)
  const answers: MeasureAnswer[] = []
  for (const measure of search.measures.keys()) {
    answers.push(yield* searchOneMeasure(search, measure, stopped, balanceOf))
  }
  return answerOf(search, answers)
}

/**
 * The part of `searchMeasures` for the measure of this index; the measures do not depend on each other.
 *
 * @param search checked by `checkSearch`
 */
export function* searchOneMeasure(
  search: CohortSearch,
  index: number,
  stopped: () => boolean,
  balanceOf: (measure: CohortMeasure) => MixBalance = balances(search),
): Generator<MeasureScanRequest, MeasureAnswer, ScanResult> {
  const { table, measures, maxOrder = 3, minimumBad = 4, leastScore = 0 } = search
  const measure = measures[index]!
  const { name, kind = 'share' } = measure
  if (stopped()) return { found: [], cells: 0, cut: [`Did not search ${name}: stopped before.`] }
  const cut = new Set<string>()
  let cells = 0
  const attributes = codesOf(table, measure, minimumBad)
  for (const { name: attribute, dropped } of attributes) {
    if (dropped > 0) cut.add(leftOut(attribute, dropped, kind))
  }
  const baseCost = searchHurdle + Math.log(measures.length)
  const settings = {
    kind,
    attributes,
    maxOrder,
    minimumBad,
    baseCost,
    leastWorth: leastScore,
    doubt: doubtBounds(eventsOf(table, measure)),
  }
  const steps = searchMeasure(
    settings,
    populationOf(table, measure, attributes, balanceOf(measure)),
  )
  let first = true
  let step = steps.next()
  while (step.done !== true) {
    const result: ScanResult = yield { ...step.value, measure: index, first }
    if (first) cells += result.cells
    for (const sentence of result.cut) cut.add(sentence)
    first = false
    step = steps.next(result)
  }
  const found = step.value.map(({ cohort, score, alternatives }) => ({
    measure: name,
    cohort,
    ...countSides(table, measure, cohort),
    score,
    alternatives,
  }))
  return { found, cells, cut: [...cut] }
}

/** @param answers one for each measure, in their order */
export function answerOf(
  { table, maxOrder = 3, maxResults = 400 }: CohortSearch,
  answers: readonly MeasureAnswer[],
): CohortSearchResult {
  const found = answers.flatMap((answer) => answer.found).toSorted((a, b) => b.score - a.score)
  const cut = new Set(answers.flatMap((answer) => answer.cut))
  if (found.length > maxResults)
    cut.add(`Reported the best ${maxResults} of ${found.length} cohorts.`)
  return {
    found: found.slice(0, maxResults),
    searched: {
      rows: table.rows,
      attributes: table.attributes.length,
      cells: answers.reduce((sum, { cells }) => sum + cells, 0),
      maxOrder,
      complete: cut.size === 0,
      cut: [...cut],
    },
  }
}

/** @throws RangeError as `searchCohorts` does */
export function checkSearch({ table, measures, maxOrder = 3 }: CohortSearch): void {
  if (!Number.isInteger(maxOrder) || maxOrder < 1 || maxOrder > 6) {
    throw new RangeError(`a cohort has 1 to 6 conditions, not ${maxOrder}`)
  }
  const columns = [
    { name: 'candidate', length: table.candidate.length },
    { name: 'weights', length: table.weights?.length ?? table.rows },
    ...measures.flatMap(({ name, bad, weights }) => [
      { name, length: bad.length },
      { name: `weights of ${name}`, length: weights?.length ?? table.rows },
    ]),
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

function leftOut(attribute: string, dropped: number, kind: MeasureKind): string {
  const least = kind === 'volume' ? 'events' : 'failures'
  return `Left out ${dropped} values of ${attribute}, those with the least change and the fewest ${least}.`
}

/** Which values have codes of their own differs between measures. */
function codesOf(table: CohortTable, measure: CohortMeasure, minimumBad: number): CodedAttribute[] {
  const counted = countedRows(table, measure)
  const { kind = 'share' } = measure
  return table.attributes.map((column) => codeRows(table, column, counted, minimumBad, kind))
}

function eventsOf(table: CohortTable, { bad, weights = table.weights }: CohortMeasure): number {
  let events = 0
  for (let row = 0; row < table.rows; row++) {
    if (bad[row] !== 255) events += weights?.[row] ?? 1
  }
  return events
}

/** The balance that was given, or one of the rows that count; measures for which all rows count share one. */
function balances({ table, balance }: CohortSearch): (measure: CohortMeasure) => MixBalance {
  let ofAll: MixBalance | undefined
  return ({ kind, bad, weights }) => {
    if (kind === 'volume') return balanced
    if (balance !== undefined) return balance
    if (weights === undefined && !bad.includes(255)) return (ofAll ??= mixBalance(table))
    const counts = bad.map((flag) => (flag === 255 ? 0 : 1))
    return mixBalance(weights === undefined ? table : { ...table, weights }, counts)
  }
}

function countSides(
  table: CohortTable,
  { bad, weights = table.weights, kind }: CohortMeasure,
  cohort: Cohort,
): { baseline: SideCount; candidate: SideCount } {
  const mask = cohortMask(table, cohort)
  const baseline = { bad: 0, total: 0 }
  const candidate = { bad: 0, total: 0 }
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] !== 1 || bad[row] === 255) continue
    const side = table.candidate[row] === 1 ? candidate : baseline
    const weight = weights?.[row] ?? 1
    side.total += weight
    if (bad[row] === 1 || kind === 'volume') side.bad += weight
  }
  return { baseline, candidate }
}
