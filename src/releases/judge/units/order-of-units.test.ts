import { expect, test } from 'vitest'
import { orderOfUnits } from './order-of-units.ts'

const names = [
  ['b', 'GET /', '1'],
  ['a', '\u{ffff}', '2'],
  ['a', '\u{1f600}', '1'],
  ['c', 'GET /', '1'],
  ['a', '\u{ffff}', '1'],
]

test('by time, then by the bytes of the names', () => {
  const order = orderOfUnits([7, 7, 7, 3, 7], (row) => names[row]!)
  expect([...order]).toEqual([3, 4, 1, 2, 0])
})

test('times too far apart for one number', () => {
  const order = orderOfUnits([9e15, 5, 5, -9e15, 5], (row) => names[row]!)
  expect([...order]).toEqual([3, 4, 1, 2, 0])
})

test('nothing', () => {
  expect(orderOfUnits([], () => [])).toHaveLength(0)
})
