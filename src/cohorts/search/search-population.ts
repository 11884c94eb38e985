import {
  baselineGood,
  candidateGood,
  takeAt,
  type GoodWeights,
  type Population,
} from '../cell-counts.ts'
import type { CodedAttribute } from '../coded-attributes.ts'
import type { CohortTable } from '../cohort-table.ts'
import { balanced, balanceWeights, type MixBalance } from '../mix-balance.ts'
import type { CohortMeasure } from '../search-cohorts.ts'
import type { CountedRows } from '../value-counts.ts'

/** Weights that take no more values than this are those of a sample, not counts of events. */
const maxSampleWeights = 4

/** The rows that count for a measure, with what each counts for; sums of the weights are exact in any order. */
export function populationOf(
  table: CohortTable,
  measure: CohortMeasure,
  attributes: readonly CodedAttribute[],
  balance: MixBalance,
): Population {
  const { rows, classes } = classesOf(table, measure)
  const goodWeight = measure.kind === 'volume' ? 1 : goodWeightOf(table, measure)
  const weights = weightsOf(table, measure, balance, rows)
  return {
    rows,
    classes,
    codes: attributes.map(({ codes }) =>
      codes.length === rows.length ? codes : takeAt(codes, rows),
    ),
    weights,
    ...(goodWeight > 1 && { goodWeight }),
    ...(goodWeight > 1 && weights !== undefined && { goodWeights: averages(classes, weights) }),
  }
}

function averages(classes: Uint8Array, weights: Float64Array): GoodWeights {
  const rows = new Float64Array(4)
  const events = new Float64Array(4)
  for (let at = 0; at < classes.length; at++) {
    rows[classes[at]!]! += 1
    events[classes[at]!]! += weights[at]!
  }
  const average = (of: number): number => (rows[of]! > 0 ? events[of]! / rows[of]! : 1)
  return { baseline: average(baselineGood), candidate: average(candidateGood) }
}

/** The rows that count for a measure, weighted by the events that they are worth as evidence, the mix not balanced. */
export function countedRows(table: CohortTable, measure: CohortMeasure): CountedRows {
  const { rows, classes } = classesOf(table, measure)
  return { rows, classes, weights: weightsOf(table, measure, balanced, rows) }
}

function classesOf(
  { rows: all, candidate }: CohortTable,
  { bad, kind }: CohortMeasure,
): { rows: Uint32Array; classes: Uint8Array } {
  const volume = kind === 'volume'
  const rows = new Uint32Array(all)
  const classes = new Uint8Array(all)
  let length = 0
  for (let row = 0; row < all; row++) {
    const flag = bad[row]!
    if (flag === 255) continue
    rows[length] = row
    classes[length++] = candidate[row]! * 2 + (volume || flag === 1 ? 1 : 0)
  }
  return { rows: rows.slice(0, length), classes: classes.slice(0, length) }
}

/** Of these rows; undefined = 1 each. */
function weightsOf(
  table: CohortTable,
  measure: CohortMeasure,
  balance: MixBalance,
  rows: Uint32Array,
): Float64Array | undefined {
  const own = measure.weights ?? table.weights
  const even = measure.kind === 'volume' || balance.factors.length === 0
  if (own === undefined && even) return undefined
  const factors = even ? undefined : balanceWeights(table, balance)
  const scale = scaleOf(table, measure)
  const weights = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const weight = own === undefined ? 1 : scale * own[row]!
    weights[i] = inSteps(factors === undefined ? weight : weight * factors[row]!)
  }
  return weights
}

function inSteps(weight: number): number {
  return Math.max(1, Math.round(weight * 1024)) / 1024
}

function scaleOf(table: CohortTable, { weights, bad, kind }: CohortMeasure): number {
  const own = weights ?? table.weights
  return own === undefined ? 1 : sampleScale(own, bad, kind === 'volume')
}

/** As in `Population.goodWeight`; weights of many different values are counts of events, no sample. */
function goodWeightOf(table: CohortTable, measure: CohortMeasure): number {
  const own = measure.weights ?? table.weights
  if (own === undefined) return 1
  const { bad } = measure
  const distinct = new Set<number>()
  let last = Number.NaN
  let sum = 0
  let rows = 0
  for (let row = 0; row < bad.length; row++) {
    if (bad[row] !== 0 || table.candidate[row] !== 1) continue
    const weight = own[row]!
    if (weight !== last && distinct.size <= maxSampleWeights) distinct.add(weight)
    last = weight
    sum += weight
    rows += 1
  }
  if (rows === 0 || distinct.size > maxSampleWeights) return 1
  return Math.max(1, (scaleOf(table, measure) * sum) / rows)
}

/**
 * Where the rows that carry the evidence (the bad ones) are a sample, one row that stands for ten is the evidence of one:
 * what all weights are multiplied by, (sum w) / (sum w^2) of those rows (Kish). Weights of many different values are
 * counts of events, and stay.
 */
function sampleScale(weights: Float64Array, bad: Uint8Array, volume: boolean): number {
  const distinct = new Set<number>()
  let last = Number.NaN
  let sum = 0
  let squares = 0
  for (let row = 0; row < weights.length; row++) {
    if (volume ? bad[row] === 255 : bad[row] !== 1) continue
    const weight = weights[row]!
    if (weight !== last) {
      distinct.add(weight)
      if (distinct.size > maxSampleWeights) return 1
      last = weight
    }
    sum += weight
    squares += weight * weight
  }
  return sum === 0 || squares <= sum ? 1 : sum / squares
}
