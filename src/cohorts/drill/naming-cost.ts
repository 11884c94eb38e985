/** What it costs to say which cohort is meant: the log of how many cohorts of its shape there are. */
import type { Cohort, Condition } from '../cohort.ts'
import type { MemoryCategoryColumn, MemoryColumn } from '../source/memory-rows.ts'
import type { PlantKind } from './planted-events.ts'

/** What a search chooses from. */
export interface NamingSpace {
  columns: readonly MemoryColumn[]
  /** How many attributes are searched: without identifiers and exact renamings. */
  searched: number
  /** Per row: 1 = candidate. */
  candidate: Uint8Array
  /** Whether a row lies in the half that is searched. */
  searches: (row: number) => boolean
}

/** Fewer rows of a value than this, in the half that is searched, and the value is nothing to report. */
const leastRows = 6
const mostValues = 254
const mostOwnBins = 12
/** From so many searched rows on, a number has 48 bins; below, 32. */
const manyRows = 100_000

/**
 * Nats for each cohort: ln C(A, k), which k of the A attributes, and for each condition the log of how many there could
 * be: values with enough rows (at most 254) for a value, one more for an absence, intervals of the bins for a range.
 */
export function namingCost(space: NamingSpace): (cohort: Cohort, kind: PlantKind) => number {
  const { columns, searched, candidate, searches } = space
  let halfRows = 0
  for (let row = 0; row < candidate.length; row++) halfRows += searches(row) ? 1 : 0
  const columnOf = ({ attribute }: Condition): MemoryColumn => {
    const column = columns.find(({ name }) => name === attribute)
    if (column === undefined) throw new RangeError(`no attribute ${attribute}`)
    return column
  }
  const conditionCost = (condition: Condition, kind: PlantKind): number => {
    const column = columnOf(condition)
    if (column.kind === 'number') return Math.log(intervalsOf(binsOf(column.values, halfRows)))
    const values = Math.min(mostValues, valuesOf(column, space, kind))
    return Math.log(condition.op === 'absent' ? values + 1 : Math.max(1, values))
  }
  return (cohort, kind) =>
    cohort.reduce(
      (sum, condition) => sum + conditionCost(condition, kind),
      logChoose(searched, cohort.length),
    )
}

/** ln C(of, some). */
export function logChoose(of: number, some: number): number {
  let log = 0
  for (let i = 1; i <= some; i++) log += Math.log((of - some + i) / i)
  return log
}

/** Values with enough rows of the candidate; for volumes, of either side. */
function valuesOf(
  { codes, values }: MemoryCategoryColumn,
  { candidate, searches }: NamingSpace,
  kind: PlantKind,
): number {
  const rows = [new Uint32Array(values.length), new Uint32Array(values.length)] as const
  for (let row = 0; row < codes.length; row++) {
    if (searches(row)) rows[candidate[row] === 1 ? 1 : 0][codes[row]!]! += 1
  }
  let enough = 0
  for (let code = 1; code < values.length; code++) {
    const other = kind === 'volume' ? rows[0][code]! : 0
    if (Math.max(rows[1][code]!, other) >= leastRows) enough += 1
  }
  return enough
}

/** Few different numbers have a bin each. */
function binsOf(values: Float32Array | Float64Array, halfRows: number): number {
  const distinct = new Set<number>()
  for (let row = 0; row < values.length && distinct.size <= mostOwnBins; row++) {
    if (!Number.isNaN(values[row]!)) distinct.add(values[row]!)
  }
  return distinct.size <= mostOwnBins ? distinct.size : halfRows >= manyRows ? 48 : 32
}

/** Runs of neighbouring bins. */
function intervalsOf(bins: number): number {
  return Math.max(1, (bins * (bins + 1)) / 2)
}
