import type { CategoryValue } from './cohort-table.ts'

/** By type, and within a type in its own order. The same wherever a dictionary numbered them. */
export function compareValues(a: CategoryValue, b: CategoryValue): number {
  if (a === b) return 0
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1
  return String(a) < String(b) ? -1 : 1
}
