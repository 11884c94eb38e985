import type { Cohort } from './cohort.ts'
import type { ExactCohort } from './exact-cohort.ts'
import { cohortKey } from './format-cohort.ts'

/** Best first: fit, then the simpler description. */
export function compareExact(a: ExactCohort, b: ExactCohort): number {
  return Math.abs(a.fit - b.fit) > 1e-6 ? b.fit - a.fit : compareDescriptions(a.cohort, b.cohort)
}

/** Simplest first: fewer conditions, rounder numbers, shorter names, alphabet. */
export function compareDescriptions(a: Cohort, b: Cohort): number {
  return (
    a.length - b.length ||
    digits(a) - digits(b) ||
    nameLength(a) - nameLength(b) ||
    (cohortKey(a) < cohortKey(b) ? -1 : 1)
  )
}

/** Of the descriptions of the very rows that the first one describes, the simplest. */
export function simplestOfFirst(sorted: readonly ExactCohort[]): ExactCohort | undefined {
  const [first] = sorted
  if (first === undefined) return undefined
  return sorted
    .filter(({ members }) => members === first.members || sameBytes(members, first.members))
    .toSorted((a, b) => compareDescriptions(a.cohort, b.cohort))[0]
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
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
