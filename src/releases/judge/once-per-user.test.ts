import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { lookAt } from '../testing/look-at.ts'
import { syntheticUnits } from '../testing/synthetic-units.ts'
import { categoryColumn } from './attribute-columns.ts'
import { onceEach, userNumbers } from './once-per-user.ts'
import type { UnitTable } from './unit-table.ts'

/** Everybody comes a few times; one user of the candidate fails every time, and comes again and again. */
function shop({ attribute = 'user.id', broken = 60, failureRatio = 1, seed = 3 } = {}): UnitTable {
  const table = syntheticUnits({ seed, units: 4000, candidateShare: 0.3, failureRatio })
  const random = createRandom(seed)
  const users = Array.from({ length: table.rows }, () => `u${Math.floor(1500 * random.uniform())}`)
  const failed = table.failed.slice()
  let left = broken
  for (let row = 0; row < table.rows && left > 0; row += 7) {
    if (table.candidate[row] === 0 || table.operation[row] !== 0) continue
    users[row] = 'broken'
    failed[row] = 1
    left -= 1
  }
  const attributes = [...table.attributes, categoryColumn(attribute, users, table.rows)]
  return { ...table, failed, attributes }
}

const alarm = (table: UnitTable): boolean => lookAt(table).state.alarmedAt !== null

test('one user who fails again and again stops no release', () => {
  expect(alarm(shop())).toBe(false)
  // nobody says that it is one user
  expect(alarm(shop({ attribute: 'shoe.size' }))).toBe(true)
})

test('as many failures of as many users do, and so does a name that everybody shares', () => {
  expect(alarm(shop({ broken: 0, failureRatio: 8 }))).toBe(true)
  const table = shop({ broken: 0, failureRatio: 8 })
  const nobody = categoryColumn(
    'user.id',
    Array.from({ length: table.rows }, () => 'guest'),
    table.rows,
  )
  const attributes = table.attributes.filter(({ name }) => name !== 'user.id')
  expect(alarm({ ...table, attributes: [...attributes, nobody] })).toBe(true)
})

test('a broken user of the old version is no proof that the new one is well', () => {
  const worse = shop({ broken: 0, failureRatio: 3 })
  const users = worse.attributes.at(-1)!
  const failed = worse.failed.slice()
  const isBroken = Array.from({ length: worse.rows }, (_, row) => {
    return worse.candidate[row] === 0 && row % 25 === 0
  })
  isBroken.forEach((is, row) => (failed[row] = is ? 1 : failed[row]!))
  const names = isBroken.map((is, row) =>
    is || users.kind !== 'category' ? 'broken' : users.values[users.codes[row]!],
  )
  const others = worse.attributes.slice(0, -1)
  const named = [...others, categoryColumn('user.id', names, worse.rows)]
  const claimOf = (attributes: UnitTable['attributes']) =>
    lookAt({ ...worse, failed, attributes }).claims[0]!
  expect(claimOf(others).met).toBe(true)
  expect(claimOf(named).met).toBe(false)
})

test('a user counts up to the first bad unit, of each operation and version', () => {
  const users = Int32Array.of(0, 0, 1, 0, -1, -1, 1)
  const bad = Uint8Array.of(0, 1, 0, 0, 1, 1, 1)
  const every = new Uint8Array(7).fill(1)
  expect([...onceEach(bad, every, users)]).toEqual([0, 1, 0, 255, 1, 1, 1])
  // what the claim is not about settles nothing
  expect([...onceEach(bad, Uint8Array.of(1, 0, 1, 1, 1, 1, 1), users)]).toEqual([
    0, 1, 0, 0, 1, 1, 1,
  ])
  expect(onceEach(bad, every, null)).toBe(bad)
  expect(userNumbers(syntheticUnits({ seed: 1, units: 10 }))).toBeNull()
})
