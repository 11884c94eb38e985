import type { AttributeSelection } from '../../cohorts/attribute-selection.ts'
import { type Discovery, discoverySteps } from './discover-cohorts.ts'
import type { Hypothesis, LastSearch } from './hypothesis.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { Steps } from '../../cohorts/steps.ts'
import type { UnitTable } from './unit-table.ts'

/** Fewer units than this are searched at every look. */
const fewUnits = 10_000
/** More are searched again once they have grown by this factor … */
const growth = 1.05
/** … or after so long: what begins late must not wait for the share that it adds to a long watch. */
const patienceMillis = 300_000

export interface DueDiscovery extends Discovery {
  search: LastSearch
}

/**
 * Searches for cohorts where there is enough that is new since the last search. A claim that an earlier search suggested is
 * put to the test at every look all the same.
 */
export function* searchWhenDue(
  known: readonly Hypothesis[],
  units: UnitTable,
  window: JudgeWindow,
  last: LastSearch | undefined,
  selection: AttributeSelection,
): Steps<DueDiscovery> {
  if (last !== undefined && !isDue(units, window, last))
    return { hypotheses: [...known], summary: last.summary, search: last }
  const found = yield* discoverySteps(known, units, selection)
  return { ...found, search: { units: units.rows, to: window.to, summary: found.summary } }
}

function isDue({ rows }: UnitTable, { to }: JudgeWindow, last: LastSearch): boolean {
  return (
    rows < fewUnits ||
    rows < last.units ||
    rows >= growth * last.units ||
    to < last.to ||
    to - last.to >= patienceMillis
  )
}
