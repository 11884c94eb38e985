import type { AttributeSelection } from '../../cohorts/attribute-selection.ts'
import { cohortMask, takeBytes, takeRows, type CohortTable } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import { dropUnusedValues } from '../../cohorts/drop-unused-values.ts'
import { cohortKey } from '../../cohorts/format-cohort.ts'
import { searchInSteps, type CohortCandidate } from '../../cohorts/search-cohorts.ts'
import { onlineWeight } from '../../stats/online-weights.ts'
import { fixedShare } from './fixed-hypotheses.ts'
import type { HarmKind, Hypothesis, SlowBounds } from './hypothesis.ts'
import { badRows, slowBounds, slowQuantiles, slowRows } from './measures.ts'
import { operationOf } from './operation-of.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'
import { atOnce, type Steps } from '../../cohorts/steps.ts'
import type { UnitTable } from './unit-table.ts'

/** What a search covered, for the verdict's honesty. */
export interface DiscoverySummary {
  attributes: number
  cells: number
  cut: string[]
}

export interface Discovery {
  hypotheses: Hypothesis[]
  summary: DiscoverySummary
}

/** Suggestions below this gain (nats) are not worth a share of the error budget. */
const minScore = 6
/** New claims in one look, and in all. */
const maxNewPerLook = 4
const maxDiscovered = 200
/** Most conditions of a cohort; within an operation, the operation is one of them. */
const orderOverAll = 3
/** Units of the candidate below which an operation is not searched by itself. */
const minOperationUnits = 30

interface Measure {
  name: string
  finding: HarmKind
  bounds?: SlowBounds
  bad: Uint8Array
}

/** Runs `discoverySteps` at once. */
export function discoverCohorts(
  known: readonly Hypothesis[],
  units: UnitTable,
  selection?: AttributeSelection,
): Discovery {
  return atOnce(discoverySteps(known, units, selection))
}

/**
 * Searches the discovery half for cohorts in which the candidate got worse, over all requests and within each
 * operation, and puts the best that are new to the test.
 */
export function* discoverySteps(
  known: readonly Hypothesis[],
  units: UnitTable,
  selection: AttributeSelection = selectUnitAttributes(units),
): Steps<Discovery> {
  const table = dropUnusedValues(takeRows(withOperation(selection.table, units), units.discovery))
  const measures = measuresOf(units).map((measure) => ({
    ...measure,
    bad: takeBytes(measure.bad, units.discovery),
  }))

  const summary: DiscoverySummary = { attributes: selection.kept.length, cells: 0, cut: [] }
  const suggestions: { candidate: CohortCandidate; measure: Measure }[] = []
  function* search(rows: CohortTable, of: readonly Measure[], within: Cohort): Steps<void> {
    const maxOrder = orderOverAll - within.length
    const { found, searched } = yield* searchInSteps({ table: rows, measures: of, maxOrder })
    summary.cells += searched.cells
    for (const sentence of searched.cut)
      if (!summary.cut.includes(sentence)) summary.cut.push(sentence)
    for (const candidate of found) {
      const measure = of.find(({ name }) => name === candidate.measure)!
      suggestions.push({
        candidate: { ...candidate, cohort: [...within, ...candidate.cohort] },
        measure,
      })
    }
  }
  yield* search(table, measures, [])
  for (const operation of units.operations) {
    const within: Cohort = [{ attribute: 'operation', op: '=', value: operation }]
    const mask = cohortMask(table, within)
    const rows = dropUnusedValues(takeRows(table, mask))
    if (rows.candidate.reduce((sum, side) => sum + side, 0) < minOperationUnits) continue
    const inside = measures.map((measure) => ({ ...measure, bad: takeBytes(measure.bad, mask) }))
    yield* search(
      { ...rows, attributes: rows.attributes.filter(({ name }) => name !== 'operation') },
      inside,
      within,
    )
  }

  const fresh = suggestions
    .filter(({ candidate }) => candidate.score >= minScore)
    .toSorted((a, b) => b.candidate.score - a.candidate.score)
  return { hypotheses: [...known, ...newHypotheses(known, fresh, table)], summary }
}

/** `operation` stays a column even where selection drops it, as for a service that has only one. */
function withOperation(selected: CohortTable, units: UnitTable): CohortTable {
  const isOperation = ({ name }: { name: string }): boolean => name === 'operation'
  if (selected.attributes.some(isOperation)) return selected
  return {
    ...selected,
    attributes: [...units.attributes.filter(isOperation), ...selected.attributes],
  }
}

function measuresOf(units: UnitTable): Measure[] {
  const slow = slowQuantiles.map(({ name, quantile, minUnits }): Measure => {
    const bounds = slowBounds(units, quantile, minUnits)
    return { name, finding: 'latency', bounds, bad: slowRows(units, bounds) }
  })
  return [
    { name: 'failure-rate', finding: 'failure-rate', bad: badRows(units, 'failure-rate') },
    { name: 'silent-failure', finding: 'silent-failure', bad: badRows(units, 'silent-failure') },
    ...slow,
  ]
}

function newHypotheses(
  known: readonly Hypothesis[],
  suggestions: readonly { candidate: CohortCandidate; measure: Measure }[],
  table: CohortTable,
): Hypothesis[] {
  const discovered = known.filter(({ origin }) => origin === 'discovered')
  const fresh: Hypothesis[] = []
  for (const { candidate, measure } of suggestions) {
    const tested = [...discovered, ...fresh]
    if (fresh.length === maxNewPerLook || tested.length === maxDiscovered) break
    // everything alike is a fixed claim already
    if (candidate.cohort.every(({ attribute }) => attribute === 'operation')) continue
    const id = `${measure.name}|${cohortKey(candidate.cohort)}`
    const alike = (other: Hypothesis): boolean =>
      other.id === id ||
      (other.kind === measure.finding && overlap(table, other.cohort, candidate.cohort) >= 0.85)
    if (tested.some(alike)) continue
    fresh.push({
      id,
      kind: measure.finding,
      cohort: candidate.cohort,
      test: measure.finding === 'latency' ? 'slow' : 'bad',
      ...(measure.bounds === undefined
        ? {}
        : { slowBounds: boundsOf(measure.bounds, candidate.cohort) }),
      origin: 'discovered',
      weight: (1 - fixedShare) * onlineWeight(tested.length + 1),
    })
  }
  return fresh
}

/** Only the bounds of the operation that the cohort names, where it names one. */
function boundsOf(bounds: SlowBounds, cohort: Cohort): SlowBounds {
  const operation = operationOf(cohort)
  const bound = bounds[String(operation)]
  return operation === undefined || bound === undefined ? bounds : { [String(operation)]: bound }
}

/** Jaccard index of the candidate's rows of two cohorts. */
function overlap(table: CohortTable, a: Cohort, b: Cohort): number {
  const [inA, inB] = [cohortMask(table, a), cohortMask(table, b)]
  let both = 0
  let either = 0
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 0) continue
    if (inA[row] === 1 && inB[row] === 1) both += 1
    if (inA[row] === 1 || inB[row] === 1) either += 1
  }
  return either === 0 ? 0 : both / either
}
