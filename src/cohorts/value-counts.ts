import type { CategoryColumn, CohortTable } from './cohort-table.ts'
import type { MeasureKind } from './compare/cohort-source.ts'
import { priorRows } from './likelihood-gain.ts'

/** Weighted rows by the code of a value. */
export interface ValueCounts {
  candidateBad: Float64Array
  candidate: Float64Array
  baselineBad: Float64Array
  baseline: Float64Array
}

/** The rows of a table that count, compact. */
export interface CountedRows {
  rows: Uint32Array
  /** Per counted row: candidate * 2 + bad. */
  classes: Uint8Array
  /** Per counted row; undefined = 1 each. */
  weights: Float64Array | undefined
}

/** All rows of a table. @param bad per row: 1 = bad */
export function everyRow(table: CohortTable, bad: Uint8Array): CountedRows {
  const rows = new Uint32Array(table.rows)
  const classes = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    rows[row] = row
    classes[row] = 2 * table.candidate[row]! + bad[row]!
  }
  return { rows, classes, weights: table.weights }
}

export function countValues(column: CategoryColumn, counted: CountedRows): ValueCounts {
  const { rows, classes, weights } = counted
  const { codes } = column
  const size = column.values.length
  const sums = new Float64Array(4 * size)
  for (let i = 0; i < rows.length; i++) {
    sums[4 * codes[rows[i]!]! + classes[i]!]! += weights === undefined ? 1 : weights[i]!
  }
  const counts = {
    candidateBad: new Float64Array(size),
    candidate: new Float64Array(size),
    baselineBad: new Float64Array(size),
    baseline: new Float64Array(size),
  }
  for (let code = 0; code < size; code++) {
    counts.baselineBad[code] = sums[4 * code + 1]!
    counts.baseline[code] = sums[4 * code]! + sums[4 * code + 1]!
    counts.candidateBad[code] = sums[4 * code + 3]!
    counts.candidate[code] = sums[4 * code + 2]! + sums[4 * code + 3]!
  }
  return counts
}

/** Nats (Poisson) by which a value has more bad candidate rows than its baseline and the rest explain; for ranking. */
export function changeOfValues(counts: ValueCounts, kind: MeasureKind): (code: number) => number {
  const sum = (of: Float64Array): number => of.reduce((all, each) => all + each, 0)
  const candidate = sum(counts.candidate) + 1
  const baseline = sum(counts.baseline) + 1
  const candidateRate = (sum(counts.candidateBad) + 0.5) / candidate
  const baselineRate = (sum(counts.baselineBad) + 0.5) / baseline
  return (code) => {
    if (kind === 'volume') {
      const expected = ((counts.baseline[code]! + 0.5) * candidate) / baseline
      return divergence(counts.candidate[code]!, expected)
    }
    const rate =
      (counts.baselineBad[code]! + priorRows * baselineRate) / (counts.baseline[code]! + priorRows)
    const expected = (counts.candidate[code]! * rate * candidateRate) / baselineRate
    const bad = counts.candidateBad[code]!
    return bad > expected ? divergence(bad, expected) : 0
  }
}

function divergence(count: number, expected: number): number {
  return (count > 0 ? count * Math.log(count / expected) : 0) - count + expected
}
