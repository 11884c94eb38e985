import type { Condition } from '../../../src/cohorts/cohort.ts'

/** One condition as a reader of mathematics would write it: `30 ≤ app.account.age_days < 60`. */
export function formatCondition(condition: Condition): string {
  const { attribute } = condition
  if (condition.op === '=') return `${attribute} = ${JSON.stringify(condition.value)}`
  if (condition.op === 'absent') return `${attribute} is absent`
  if (condition.op === 'in') {
    return `${attribute} in {${condition.values.map((value) => JSON.stringify(value)).join(', ')}}`
  }
  const { low, high } = condition
  if (low !== null && high !== null) return `${low} ≤ ${attribute} < ${high}`
  if (low !== null) return `${attribute} ≥ ${low}`
  if (high !== null) return `${attribute} < ${high}`
  return `${attribute} is a number`
}
