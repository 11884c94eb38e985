import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort, Condition } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import { refineRange } from '../refine-range.ts'
import type { DiscoveryMeasure } from './cohort-source.ts'

export interface SampledMeasures {
  table: CohortTable
  /** Those that ask the same, all of shares. */
  measures: readonly DiscoveryMeasure[]
}

/** Among more rows that satisfy the other conditions, the search sees where a range ends, and to seek takes long. */
const mostRows = 6000

type Range = Extract<Condition, { op: 'range' }>

/**
 * The cohort with its ranges where each of the measures would have them: a level of latency at which few events are slow
 * shows a cohort well and hardly where it ends. The candidate's good rows say where else its rows are; where they are few,
 * those of the baseline besides. Each row is one, however many events it stands for.
 */
export function otherEnds(cohort: Cohort, sample: SampledMeasures): Cohort[] {
  const found = new Map<string, Cohort>()
  for (const [at, range] of cohort.entries()) {
    if (range.op !== 'range') continue
    const inside = rowsIn(sample.table, cohort.toSpliced(at, 1))
    if (inside.length > mostRows) continue
    for (const measure of sample.measures) {
      for (const isOfBoth of [false, true]) {
        const ends = bestEnds(range, inside, measure, sample.table, isOfBoth)
        if (ends === null) continue
        const other = cohort.with(at, ends)
        found.set(cohortKey(other), other)
      }
    }
  }
  found.delete(cohortKey(cohort))
  return [...found.values()]
}

function rowsIn(table: CohortTable, cohort: Cohort): Uint32Array {
  const mask = cohortMask(table, cohort)
  const rows = new Uint32Array(mask.reduce((sum, inside) => sum + inside, 0))
  let next = 0
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows[next++] = row
  return rows
}

/** Null where the measure has no ends for it. @param isOfBoth whether rows of the baseline count as good ones */
function bestEnds(
  range: Range,
  inside: Uint32Array,
  measure: DiscoveryMeasure,
  table: CohortTable,
  isOfBoth: boolean,
): Range | null {
  const column = table.attributes.find(({ name }) => name === range.attribute)
  if (column?.kind !== 'number') return null
  const values = new Float64Array(inside.length)
  const bad = new Uint8Array(inside.length)
  let rows = 0
  for (const row of inside) {
    const isCandidate = table.candidate[row] === 1
    if (measure.bad[row] === 255 || (!isCandidate && !isOfBoth)) continue
    values[rows] = column.values[row]!
    bad[rows++] = isCandidate ? measure.bad[row]! : 0
  }
  const { low, high, gain } = refineRange(values.subarray(0, rows), bad.subarray(0, rows), {
    start: range,
  })
  return gain === 0 || (low === null && high === null) ? null : { ...range, low, high }
}
