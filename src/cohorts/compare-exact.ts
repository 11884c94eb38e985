import type { Cohort } from './cohort.ts'
import { cohortKey } from './format-cohort.ts'
import type { ExactCohort } from './search/exact-cohort.ts'

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
  // other counts are other rows, and need no look at them
  const same = sorted.filter((other) => other.four.every((count, k) => count === first.four[k]))
  if (same.length < 2) return first
  const hash = hashOf(first.members)
  return same
    .filter(
      ({ members }) =>
        members === first.members ||
        (members.length === first.members.length && hashOf(members) === hash),
    )
    .toSorted((a, b) => compareDescriptions(a.cohort, b.cohort))[0]
}

/** The same number for the same rows in whatever order; a sum of 32 hashed bits each. */
function hashOf(members: Uint32Array): number {
  let sum = 0
  for (let i = 0; i < members.length; i++) {
    let bits = Math.imul(members[i]! + 1, 0x9e3779b1)
    bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b)
    sum += (bits ^ (bits >>> 13)) >>> 0
  }
  return sum
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
