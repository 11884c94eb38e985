import type { CategoryValue } from './cohort-table.ts'

/**
 * Weights for the rows of the baseline, after which it has the candidate's mix of the attributes that shifted (raking).
 * The weight of a row is `scale` times the product over the attributes of the factor of its value; 1 for rows of the
 * candidate. `factors: []` means that nothing shifted. Factors are multiples of 1/1024, so that sums over rows are exact,
 * whatever the order of the rows.
 */
export interface MixBalance {
  scale: number
  factors: readonly MixFactor[]
}

export type MixFactor =
  /** Values that are not listed have the factor `other`. */
  | {
      attribute: string
      kind: 'category'
      values: readonly CategoryValue[]
      factors: readonly number[]
      other: number
    }
  /** Bin i holds edges[i - 1] <= value < edges[i]: one factor more than edges. `absent` is for rows without a number. */
  | {
      attribute: string
      kind: 'number'
      edges: readonly number[]
      factors: readonly number[]
      absent: number
    }

export const balanced: MixBalance = { scale: 1, factors: [] }
