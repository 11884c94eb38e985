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

/** @param bad per row: 1 = bad */
export function countValues(
  table: CohortTable,
  column: CategoryColumn,
  bad: Uint8Array,
): ValueCounts {
  const numbers = (): Float64Array => new Float64Array(column.values.length)
  const counts = {
    candidateBad: numbers(),
    candidate: numbers(),
    baselineBad: numbers(),
    baseline: numbers(),
  }
  const { weights } = table
  for (let row = 0; row < table.rows; row++) {
    const code = column.codes[row]!
    const weight = weights === undefined ? 1 : weights[row]!
    if (table.candidate[row] === 1) {
      counts.candidate[code]! += weight
      counts.candidateBad[code]! += bad[row]! * weight
    } else {
      counts.baseline[code]! += weight
      counts.baselineBad[code]! += bad[row]! * weight
    }
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
