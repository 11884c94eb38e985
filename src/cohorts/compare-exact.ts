import type { Cohort } from './cohort.ts'
import type { ExactCohort } from './exact-cohort.ts'
import { cohortKey } from './format-cohort.ts'

/** Best first: fit, then fewer conditions, rounder numbers, shorter names, alphabet. */
export function compareExact(a: ExactCohort, b: ExactCohort): number {
  if (Math.abs(a.fit - b.fit) > 1e-6) return b.fit - a.fit
  return (
    a.cohort.length - b.cohort.length ||
    digits(a.cohort) - digits(b.cohort) ||
    nameLength(a.cohort) - nameLength(b.cohort) ||
    (cohortKey(a.cohort) < cohortKey(b.cohort) ? -1 : 1)
  )
}

/** Significant digits of all ends: 30 has one, 29.7 three. */
function digits(cohort: Cohort): number {
  let sum = 0
  for (const condition of cohort) {
    if (condition.op !== 'range') continue
    for (const end of [condition.low, condition.high]) {
      if (end !== null) sum += end.toExponential().replace(/e.*/, '').replace(/[^\d]/g, '').length
    }
  }
  return sum
}

function nameLength(cohort: Cohort): number {
  return cohort.reduce((sum, { attribute }) => sum + attribute.length, 0)
}
