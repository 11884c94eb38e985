import type { CategoryColumn } from '../../cohorts/cohort-table.ts'
import { notCounted } from './measures.ts'
import { rowsByOperation } from './rows-by-operation.ts'
import type { UnitTable } from './unit-table.ts'

/** Who made the requests, the surest first (semantic conventions). */
const userAttributes: readonly string[] = ['user.id', 'enduser.id', 'user.hash', 'session.id']
/** Who makes more than this share of all requests is no person, but a name that many share. */
const mostOfOne = 0.1

/** Of each row: the number of its user at its operation and version; -1 where nobody is named. */
export type UserNumbers = Int32Array

/**
 * Numbers the users of each operation and version. Null where the telemetry names none: then every unit counts by itself.
 */
export function userNumbers(table: UnitTable): UserNumbers | null {
  const known = numbered.get(table)
  if (known !== undefined) return known
  const numbers = numberUsers(table)
  numbered.set(table, numbers)
  return numbers
}

/** Harm and safety ask for the same table. */
const numbered = new WeakMap<UnitTable, UserNumbers | null>()

function numberUsers(table: UnitTable): UserNumbers | null {
  const column = userAttributes
    .map((name) => table.attributes.find((attribute) => attribute.name === name))
    .find((attribute): attribute is CategoryColumn => attribute?.kind === 'category')
  if (column === undefined) return null
  const requests = new Uint32Array(column.values.length)
  for (let row = 0; row < table.rows; row++) requests[column.codes[row]!]! += 1
  const isNobody = Uint8Array.from(column.values, (value, code) =>
    value === null || value === '' || requests[code]! > mostOfOne * table.rows ? 1 : 0,
  )
  // operation by operation: what is known of the users of one fits where it is near
  const known = new Int32Array(2 * column.values.length)
  const numbers = new Int32Array(table.rows).fill(-1)
  let count = 0
  for (const rows of rowsByOperation(table)) {
    const before = count
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const code = column.codes[row]!
      if (isNobody[code] === 1) continue
      const place = 2 * code + table.candidate[row]!
      // what an earlier operation left there is none of this one's
      if (known[place]! <= before) known[place] = ++count
      numbers[row] = known[place]! - 1
    }
  }
  return numbers
}

/**
 * Counts each user up to the first bad unit and no further: whoever tries again and again, or whose account is broken,
 * is one piece of evidence (judge.md §6.1). Which units count is settled by those before them, on both sides alike, so a
 * test block by block stays an e-process. Rows must be in order of time.
 * @returns the given rows themselves where nobody failed twice
 * @param mask rows that the claim is about
 * @param bad 1 = bad, 0 = good, `notCounted`
 */
export function onceEach(bad: Uint8Array, mask: Uint8Array, users: UserNumbers | null): Uint8Array {
  if (users === null) return bad
  let counted = bad
  let most = -1
  const rows = bad.length
  for (let row = 0; row < rows; row++) if (users[row]! > most) most = users[row]!
  const hasFailed = new Uint8Array(most + 1)
  for (let row = 0; row < rows; row++) {
    const user = users[row]!
    if (user < 0 || mask[row] === 0 || bad[row] === notCounted) continue
    if (hasFailed[user] === 1) {
      if (counted === bad) counted = bad.slice()
      counted[row] = notCounted
    } else if (bad[row] === 1) hasFailed[user] = 1
  }
  return counted
}
