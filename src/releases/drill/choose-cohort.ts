import type { AttributeColumn } from '../../cohorts/cohort-table.ts'
import { cohortMask } from '../../cohorts/cohort-table.ts'
import type { Cohort, Condition } from '../../cohorts/cohort.ts'
import type { Random } from '../../stats/random.ts'
import { selectUnitAttributes } from '../judge/select-unit-attributes.ts'
import type { UnitTable } from '../judge/unit-table.ts'

export interface ChosenCohort {
  cohort: Cohort
  mask: Uint8Array
  share: number
  isKnown: boolean
}

/** A cohort counts as one of a size when it is at most so many times larger or smaller. */
const tolerance = 1.8
const tries = 60

/**
 * A cohort of about a share of the requests, from the attributes that these requests carry: a value, a range of a number,
 * or two of them together. Null where chance finds none.
 */
export function chooseCohort(table: UnitTable, share: number, random: Random): ChosenCohort | null {
  if (share === 1) {
    return { cohort: [], mask: new Uint8Array(table.rows).fill(1), share: 1, isKnown: true }
  }
  const columns = selectUnitAttributes(table).kept
  if (columns.length === 0) return null
  let best: ChosenCohort | null = null
  let nearest = tolerance
  for (let i = 0; i < tries; i++) {
    const first = columns[random.integer(columns.length)]!
    const second = columns[random.integer(columns.length)]!
    // the second half of the tries: two conditions, the only way to small cohorts where values are few
    const isPair = i >= tries / 2 && first !== second
    const cohort = [first, ...(isPair ? [second] : [])].flatMap((column) =>
      conditionOf(column, isPair ? Math.sqrt(share) : share, random),
    )
    if (cohort.length !== (isPair ? 2 : 1)) continue
    const mask = cohortMask(table, cohort)
    const own = mask.reduce((sum, inside) => sum + inside, 0) / table.rows
    const distance = own === 0 ? Infinity : Math.max(own / share, share / own)
    if (distance >= nearest) continue
    nearest = distance
    const isKnown = cohort.length === 1 && first.name === 'operation'
    best = { cohort, mask, share: own, isKnown }
    if (distance < 1.2) break
  }
  return best
}

/** The value of some request, or a range around it. */
function conditionOf(column: AttributeColumn, share: number, random: Random): Condition[] {
  const { name: attribute } = column
  if (column.kind === 'category') {
    const code = column.codes[random.integer(column.codes.length)] ?? 0
    const value = column.values[code]
    return code === 0 || value === null || value === undefined
      ? []
      : [{ attribute, op: '=', value }]
  }
  const present = column.values.filter((value) => !Number.isNaN(value)).toSorted()
  const length = Math.max(1, Math.round(share * column.values.length))
  if (present.length <= length) return []
  const start = random.integer(present.length - length)
  const [low, high] = [present[start]!, present[start + length]!]
  return low < high ? [{ attribute, op: 'range', low, high }] : []
}
