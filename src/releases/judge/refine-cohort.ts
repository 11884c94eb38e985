import { cohortMask } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import { refineRange } from '../../cohorts/refine-range.ts'
import { notCounted } from './measures.ts'
import type { UnitTable } from './unit-table.ts'

/**
 * Moves the ends of a confirmed cohort's ranges on the raw values of the candidate's units, both halves: what was
 * tested is the range as first suggested; where its ends lie is an estimate and needs no test. A range that would leave
 * out most of the bad units of the tested one is another claim, and is not taken.
 */
export function refineCohort(table: UnitTable, cohort: Cohort, bad: Uint8Array): Cohort {
  return cohort.map((condition, i) => {
    if (condition.op !== 'range') return condition
    const column = table.attributes.find(({ name }) => name === condition.attribute)
    if (column?.kind !== 'number') return condition
    const others = cohortMask(table, cohort.toSpliced(i, 1))
    const values: number[] = []
    const flags: number[] = []
    for (let row = 0; row < table.rows; row++) {
      if (others[row] === 0 || table.candidate[row] === 0 || bad[row] === notCounted) continue
      const value = column.values[row]!
      if (Number.isNaN(value)) continue
      values.push(value)
      flags.push(bad[row]!)
    }
    const start = { low: condition.low, high: condition.high }
    const { low, high } = refineRange(Float64Array.from(values), Uint8Array.from(flags), { start })
    if (low === null && high === null) return condition
    const refined = { ...condition, low, high }
    const badIn = (range: typeof refined): number =>
      values.filter(
        (value, k) =>
          flags[k] === 1 &&
          value >= (range.low ?? -Infinity) &&
          (range.high === null || value < range.high),
      ).length
    return badIn(refined) >= badIn(condition) / 2 ? refined : condition
  })
}
