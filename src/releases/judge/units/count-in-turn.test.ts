import { expect, test } from 'vitest'
import { inTurn } from './count-in-turn.ts'
import type { UnitChunk } from './unit-chunk.ts'
import { emptyRows } from './unit-rows.ts'

const chunk = (spans: number, look: number): UnitChunk => ({
  from: 0,
  to: 1,
  count: { entries: 0, others: 0, mark: `${spans} 0`, look },
  units: emptyRows(0, []),
  traces: new Float64Array(0),
})

test('all of them where there are few spans', () => {
  expect([...inTurn([chunk(40, 1), chunk(30, 1), chunk(20, 1)], 100)]).toHaveLength(3)
})

test('the newest at every look, the others in turn, and each of them before one comes twice', () => {
  const looked = Array.from({ length: 10 }, () => 0)
  const last = looked.map(() => 0)
  for (let look = 1; look <= 9; look++) {
    const chunks = looked.map((_, i) => chunk(60, last[i]!))
    const asked = inTurn(chunks, 60)
    expect(asked.size).toBe(2)
    expect(asked.has(9)).toBe(true)
    for (const i of asked) {
      looked[i]! += 1
      last[i] = look
    }
  }
  expect(looked).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 9])
})

test('one that is larger than what is counted at a look has its turn', () => {
  expect([...inTurn([chunk(10_000, 1), chunk(10, 2), chunk(100, 2)], 100)]).toEqual([2, 0])
})
