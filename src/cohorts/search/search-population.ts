import type { Population } from '../cell-counts.ts'
import { subPopulation } from '../cell-counts.ts'
import type { CodedAttribute } from '../coded-attributes.ts'
import type { CohortTable } from '../cohort-table.ts'
import { balanced, balanceWeights, type MixBalance } from '../mix-balance.ts'
import type { CohortMeasure } from '../search-cohorts.ts'

/** Weights that take no more values than this are those of a sample, not counts of events. */
const maxSampleWeights = 4

/** The rows that count for a measure, with what each counts for; sums of the weights are exact in any order. */
export function populationOf(
  table: CohortTable,
  measure: CohortMeasure,
  attributes: readonly CodedAttribute[],
  balance: MixBalance,
): Population {
  const { bad, kind = 'share' } = measure
  const weights = weightsOf(table, measure, balance)
  const volume = kind === 'volume'
  const classes = new Uint8Array(table.rows)
  const keep = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    classes[row] = table.candidate[row]! * 2 + (volume || bad[row] === 1 ? 1 : 0)
    keep[row] = bad[row] === 255 ? 0 : 1
  }
  const all: Population = {
    rows: Uint32Array.from({ length: table.rows }, (_, row) => row),
    classes,
    codes: attributes.map(({ codes }) => codes),
    weights,
  }
  return keep.includes(0) ? subPopulation(all, keep) : all
}

/** Events that the rows are worth as evidence, the mix not balanced; 0 where a row does not count for the measure. */
export function effectiveWeights(table: CohortTable, measure: CohortMeasure): Float64Array {
  const weights = weightsOf(table, measure, balanced)
  const { bad } = measure
  return Float64Array.from({ length: table.rows }, (_, row) =>
    bad[row] === 255 ? 0 : (weights?.[row] ?? 1),
  )
}

/** Undefined = 1 each. */
function weightsOf(
  table: CohortTable,
  measure: CohortMeasure,
  balance: MixBalance,
): Float64Array | undefined {
  const { bad, kind = 'share' } = measure
  const own = measure.weights ?? table.weights
  const volume = kind === 'volume'
  const even = volume || balance.factors.length === 0
  if (own === undefined && even) return undefined
  const factors = even ? undefined : balanceWeights(table, balance)
  const scale =
    own === undefined
      ? 1
      : sampleScale(own, (row) => bad[row] !== 255 && (volume || bad[row] === 1))
  const weights = new Float64Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    const weight = scale * (own?.[row] ?? 1) * (factors?.[row] ?? 1)
    weights[row] = Math.max(1, Math.round(weight * 1024)) / 1024
  }
  return weights
}

/**
 * Where the rows that carry the evidence (the bad ones) are a sample, one row that stands for ten is the evidence of one:
 * what all weights are multiplied by, (sum w) / (sum w^2) of those rows (Kish). Weights of many different values are
 * counts of events, and stay.
 */
function sampleScale(weights: Float64Array, carries: (row: number) => boolean): number {
  const distinct = new Set<number>()
  let sum = 0
  let squares = 0
  for (let row = 0; row < weights.length; row++) {
    if (!carries(row)) continue
    const weight = weights[row]!
    distinct.add(weight)
    if (distinct.size > maxSampleWeights) return 1
    sum += weight
    squares += weight * weight
  }
  return sum === 0 || squares <= sum ? 1 : sum / squares
}
