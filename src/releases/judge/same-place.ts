import type { Finding } from '../verdict.ts'
import { operationOf } from './operation-of.ts'

/** The same kind in the same operation, or one of the two in all of them. */
export function isSamePlace(finding: Finding, other: Finding): boolean {
  if (finding.kind !== other.kind) return false
  const [own, others] = [operationOf(finding.cohort), operationOf(other.cohort)]
  return own === undefined || others === undefined || own === others
}
