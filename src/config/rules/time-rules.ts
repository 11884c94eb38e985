import type { CheckInput } from './check-input.ts'
import type { CheckOutcome } from './check-outcome.ts'

/** What was to be looked at again by a day that is past: keys (`reviewBy`, `expires`) and exceptions (`mayDiffer`). */
export function checkTimeRules(
  { contract, placeOf, today }: CheckInput,
  outcome: CheckOutcome,
): void {
  for (const [key, { reviewBy, expires, mayDiffer, effect, owner }] of Object.entries(
    contract?.keys ?? {},
  )) {
    const who = owner === undefined ? '' : ` Its owner is ${owner}.`
    const find = (
      rule: string,
      field: string[],
      severity: 'error' | 'warning',
      message: string,
      hint: string,
    ): void =>
      outcome.find({
        rule,
        severity,
        evidence: 'proved',
        key,
        environments: [],
        locations: placeOf === undefined ? [] : [placeOf(['keys', key, ...field])],
        ...(effect === undefined ? {} : { effect }),
        message,
        hint,
      })
    // the day itself is still inside
    if (expires !== undefined && expires < today) {
      find(
        'time/expired',
        ['expires'],
        'error',
        `${key} expired on ${expires}.${who}`,
        'Replace the value and set a new day, or remove the key.',
      )
    }
    if (reviewBy !== undefined && reviewBy < today) {
      find(
        'time/review-due',
        ['reviewBy'],
        'warning',
        `${key} was to be reviewed by ${reviewBy}.${who}`,
        'Look at it, and set the next day.',
      )
    }
    if (mayDiffer?.expires !== undefined && mayDiffer.expires < today) {
      find(
        'time/exception-expired',
        ['mayDiffer', 'expires'],
        'error',
        `The exception that lets ${key} differ between environments ended on ${mayDiffer.expires}.`,
        'Make the values the same, or renew the exception with a reason.',
      )
    }
  }
}
