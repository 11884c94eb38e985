import { distinctValues } from '../coded-attributes.ts'
import type { AttributeColumn, CategoryColumn, CohortTable } from '../cohort-table.ts'
import type { Cohort, Condition } from '../cohort.ts'

/** Numbers of so few values have a bin each; all others about so many. */
const fewValues = 12
const usualBins = 40
/** Values of an attribute that the search tells apart. */
const mostValues = 254

/**
 * Nats that it costs to say which cohort is meant: the log of how many there are of its shape, about as many as the
 * search compares.
 *
 * @param table the rows that were searched, with the attributes that were
 * @param leastRows rows of the candidate that a value needs to be named
 */
export function nameCost(table: CohortTable, leastRows: number): (cohort: Cohort) => number {
  const known = new Map<string, number>()
  const sizeOf = (name: string): number => {
    const size = known.get(name) ?? countChoices(table, name, leastRows)
    known.set(name, size)
    return size
  }
  return (cohort) => {
    let cost = 0
    for (const [index, condition] of cohort.entries()) {
      cost += Math.log(table.attributes.length / (index + 1))
      cost += waysOf(condition, sizeOf(condition.attribute))
    }
    return cost
  }
}

/** Values that could be named, or bins. */
function countChoices(table: CohortTable, name: string, leastRows: number): number {
  const column: AttributeColumn | undefined = table.attributes.find((one) => one.name === name)
  if (column === undefined) return 1
  if (column.kind === 'number') return distinctValues(column.values, fewValues)?.length ?? usualBins
  return Math.min(mostValues, valuesWith(leastRows, column, table.candidate))
}

function valuesWith(
  leastRows: number,
  { codes, values }: CategoryColumn,
  candidate: Uint8Array,
): number {
  const rows = new Uint32Array(values.length)
  for (let row = 0; row < codes.length; row++) rows[codes[row]!]! += candidate[row]!
  let enough = 0
  for (let code = 1; code < rows.length; code++) if (rows[code]! >= leastRows) enough += 1
  return Math.max(1, enough)
}

function waysOf(condition: Condition, size: number): number {
  if (condition.op === 'range') return Math.log((size * (size + 1)) / 2)
  if (condition.op !== 'in') return Math.log(size + 1)
  let ways = 0
  const chosen = Math.min(condition.values.length, size)
  for (let i = 0; i < chosen; i++) ways += Math.log((size - i) / (i + 1))
  return ways
}
