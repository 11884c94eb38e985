/** Cohorts that differ in the value of one attribute, or in neighbouring ranges, and changed alike, are one cohort. */
import type { ClassCounts } from '../cell-counts.ts'
import type { Cohort, Condition } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import { compareValues } from '../compare-values.ts'
import type { FoundCohort } from './search-measure.ts'
import { sidesOf } from './select-effects.ts'

/** Standard errors by which the effects of siblings may differ. */
const leastDifference = 2.5
const maxAlternatives = 5

/** Best first stays best first; a merged cohort stands where the best of its parts stood. */
export function mergeSiblings(found: readonly FoundCohort[], kind: MeasureKind): FoundCohort[] {
  const merged: FoundCohort[] = []
  for (const cohort of found) {
    const at = merged.findIndex(
      (other) => unionOf(other, cohort) !== null && alike(kind, other, cohort),
    )
    const union = at < 0 ? null : unionOf(merged[at]!, cohort)
    if (union === null) merged.push(cohort)
    else merged[at] = together(merged[at]!, cohort, union)
  }
  return merged
}

/** The cohort that both make up together, where one condition says it. */
function unionOf(a: FoundCohort, b: FoundCohort): Cohort | null {
  if (a.cohort.length !== b.cohort.length) return null
  for (const [i, condition] of a.cohort.entries()) {
    const j = b.cohort.findIndex(({ attribute }) => attribute === condition.attribute)
    if (j < 0) return null
    if (cohortKey(a.cohort.toSpliced(i, 1)) !== cohortKey(b.cohort.toSpliced(j, 1))) continue
    const union = eitherOf(condition, b.cohort[j]!)
    if (union !== null) return a.cohort.with(i, union)
  }
  return null
}

function eitherOf(a: Condition, b: Condition): Condition | null {
  const { attribute } = a
  if (a.op === 'range' && b.op === 'range') {
    const touch =
      (a.low ?? -Infinity) <= (b.high ?? Infinity) && (b.low ?? -Infinity) <= (a.high ?? Infinity)
    if (!touch) return null
    const low = a.low === null || b.low === null ? null : Math.min(a.low, b.low)
    const high = a.high === null || b.high === null ? null : Math.max(a.high, b.high)
    return low === null && high === null ? null : { attribute, op: 'range', low, high }
  }
  const values = [...valuesOf(a), ...valuesOf(b)]
  if (valuesOf(a).length === 0 || valuesOf(b).length === 0) return null
  return { attribute, op: 'in', values: [...new Set(values)].toSorted(compareValues) }
}

function valuesOf(condition: Condition): readonly (string | number | boolean)[] {
  if (condition.op === '=') return [condition.value]
  return condition.op === 'in' ? condition.values : []
}

/** Neither the rate (for volumes: the split) nor the odds ratio tells them apart. */
function alike(kind: MeasureKind, a: FoundCohort, b: FoundCohort): boolean {
  const first = effectsOf(kind, a.four)
  const second = effectsOf(kind, b.four)
  return first.every(({ value, variance }, i) => {
    const other = second[i]!
    return Math.abs(value - other.value) < leastDifference * Math.sqrt(variance + other.variance)
  })
}

/** Log odds with their variance (half a row added to each count). */
function effectsOf(kind: MeasureKind, four: ClassCounts): { value: number; variance: number }[] {
  const { bad, total, baseBad, baseTotal } = sidesOf(four)
  const logOdds = (yes: number, no: number): { value: number; variance: number } => ({
    value: Math.log((yes + 0.5) / (no + 0.5)),
    variance: 1 / (yes + 0.5) + 1 / (no + 0.5),
  })
  if (kind === 'volume') return [logOdds(bad, baseBad)]
  const candidate = logOdds(bad, total - bad)
  const baseline = logOdds(baseBad, baseTotal - baseBad)
  return [
    candidate,
    { value: candidate.value - baseline.value, variance: candidate.variance + baseline.variance },
  ]
}

function together(a: FoundCohort, b: FoundCohort, cohort: Cohort): FoundCohort {
  const rows = new Uint32Array(a.rows.length + b.rows.length)
  rows.set(a.rows)
  rows.set(b.rows, a.rows.length)
  return {
    cohort,
    score: a.score + b.score,
    alternatives: [{ cohort: a.cohort, score: a.score }, ...a.alternatives].slice(
      0,
      maxAlternatives,
    ),
    rows,
    four: a.four.map((count, k) => count + b.four[k]!),
  }
}
