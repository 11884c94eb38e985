import type { AttributeColumn, CohortTable } from './cohort-table.ts'
import { compareValues } from './compare-values.ts'
import type { MixFactor } from './mix-balance.ts'
import { edgesUpTo, quantileEdges } from './quantile-edges.ts'

/** The values of an attribute, few enough to have a share each. */
export interface MixBins {
  /** Per row: 0 = absent. */
  codes: Uint8Array
  /** Codes are 0 to size - 1. */
  size: number
  /** One factor for each code, as part of a balance. */
  factor: (factors: Float64Array) => MixFactor
}

const maxValues = 200
const numberBins = 48

/** The commonest values, or bins with equal numbers of baseline rows. Independent of the order of the rows. */
export function mixBins(table: CohortTable, column: AttributeColumn): MixBins {
  const { name } = column
  const codes = new Uint8Array(table.rows)
  if (column.kind === 'number') {
    const { values } = column
    const edges = quantileEdges(values, numberBins, (row) => table.candidate[row] === 0)
    for (let row = 0; row < table.rows; row++) {
      const value = values[row]!
      if (!Number.isNaN(value)) codes[row] = 1 + edgesUpTo(edges, value)
    }
    return {
      codes,
      size: edges.length + 2,
      factor: ([absent = 1, ...factors]) => ({
        attribute: name,
        kind: 'number',
        edges,
        factors,
        absent,
      }),
    }
  }
  const rows = new Uint32Array(column.values.length)
  for (let row = 0; row < table.rows; row++) rows[column.codes[row]!]! += 1
  const common = column.values
    .map((value, code) => ({ value: code === 0 ? null : value, code, rows: rows[code]! }))
    .filter((each) => each.code !== 0 && each.rows > 0)
    .toSorted((a, b) => b.rows - a.rows || compareValues(a.value, b.value))
    .slice(0, maxValues)
  const other = common.length + 1
  const codeOf = new Uint8Array(column.values.length).fill(other)
  codeOf[0] = 0
  for (const [index, { code }] of common.entries()) codeOf[code] = index + 1
  for (let row = 0; row < table.rows; row++) codes[row] = codeOf[column.codes[row]!]!
  return {
    codes,
    size: other + 1,
    factor: (factors) => ({
      attribute: name,
      kind: 'category',
      values: [null, ...common.map(({ value }) => value)],
      factors: [...factors.subarray(0, other)],
      other: factors[other] ?? 1,
    }),
  }
}
