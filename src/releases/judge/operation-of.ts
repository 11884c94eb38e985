import type { Cohort } from '../../cohorts/cohort.ts'

/** The operation that a cohort names; undefined where it names none. */
export function operationOf(cohort: Cohort): string | number | boolean | undefined {
  const condition = cohort.find(({ attribute, op }) => attribute === 'operation' && op === '=')
  return condition?.op === '=' ? condition.value : undefined
}
