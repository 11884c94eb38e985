import type { Cohort, Condition } from './cohort.ts'

/**
 * A cohort in words, for people: `app.locale = "pt-BR" and 30 <= app.account.age_days < 60`. Conditions keep the order
 * that they have; `[]` is `all requests`.
 */
export function formatCohort(cohort: Cohort): string {
  return cohort.length === 0 ? 'all requests' : cohort.map(formatCondition).join(' and ')
}

/** One condition in words. */
export function formatCondition(condition: Condition): string {
  const { attribute } = condition
  if (condition.op === 'absent') return `${attribute} is absent`
  if (condition.op === '=') return `${attribute} = ${JSON.stringify(condition.value)}`
  if (condition.op === 'in') {
    const values = condition.values.map((value) => JSON.stringify(value))
    return `${attribute} in {${values.join(', ')}}`
  }
  const { low, high } = condition
  if (low === null && high === null) return `${attribute} is a number`
  if (low === null) return `${attribute} < ${high}`
  if (high === null) return `${attribute} >= ${low}`
  return `${low} <= ${attribute} < ${high}`
}

/** The same string for the same conditions in whatever order; for ids and sets, not for people. `[]` is `*`. */
export function cohortKey(cohort: Cohort): string {
  return cohort.length === 0 ? '*' : cohort.map(conditionKey).toSorted().join('&')
}

function conditionKey(condition: Condition): string {
  // JSON keeps "1" and 1 apart, and quotes whatever an attribute or a value may contain
  if (condition.op === '=') return JSON.stringify([condition.attribute, '=', condition.value])
  if (condition.op === 'absent') return JSON.stringify([condition.attribute, 'absent'])
  if (condition.op === 'in') {
    return JSON.stringify([condition.attribute, 'in', ...condition.values.map(String).toSorted()])
  }
  return JSON.stringify([condition.attribute, 'range', condition.low, condition.high])
}
