import type { AttributeColumn, CategoryColumn, CohortTable } from './cohort-table.ts'
import { compareValues } from './compare-values.ts'
import type { MixFactor } from './mix-balance.ts'
import { baselineBins } from './quantile-edges.ts'

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
  if (column.kind === 'number') {
    const { edges, codes } = baselineBins(column.values, table.candidate, numberBins)
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
  const from = column.codes
  const rows = rowsByCode(from, column.values.length)
  // of tens of thousands of values only those are sorted that may be among the commonest
  const fewest = Math.max(1, rows.subarray(1).toSorted().at(-maxValues) ?? 1)
  const common = column.values
    .flatMap((value, code) =>
      code === 0 || rows[code]! < fewest ? [] : [{ value, code, rows: rows[code]! }],
    )
    .toSorted((a, b) => b.rows - a.rows || compareValues(a.value, b.value))
    .slice(0, maxValues)
  const other = common.length + 1
  const codeOf = new Uint8Array(column.values.length).fill(other)
  codeOf[0] = 0
  for (const [index, { code }] of common.entries()) codeOf[code] = index + 1
  return {
    codes: recoded(from, codeOf),
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

// loops over rows are functions of their own: what is compiled for them is small, and serves every column
function rowsByCode(codes: CategoryColumn['codes'], size: number): Uint32Array {
  const rows = new Uint32Array(size)
  for (let row = 0; row < codes.length; row++) rows[codes[row]!]! += 1
  return rows
}

function recoded(codes: CategoryColumn['codes'], codeOf: Uint8Array): Uint8Array {
  const others = new Uint8Array(codes.length)
  for (let row = 0; row < codes.length; row++) others[row] = codeOf[codes[row]!]!
  return others
}
