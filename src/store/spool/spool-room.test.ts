import { assert, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { spoolRoom } from './spool-room.ts'

test('one signal alone leaves an eighth for each of the others', () => {
  expect(spoolRoom(800, [0, 0])).toBe(600)
  expect(spoolRoom(800, [100, 0])).toBe(600)
  expect(spoolRoom(800, [300, 0])).toBe(400)
})

test('together they never take more than there is, and each always gets its eighth', () => {
  assert(
    property(nat(1000), nat(1000), nat(1000), (a, b, c) => {
      const taken = [0, 0, 0]
      for (const [signal, wanted] of [a, b, c].entries()) {
        const others = taken.filter((_, other) => other !== signal)
        taken[signal] = Math.max(Math.min(wanted, spoolRoom(800, others)), 0)
      }
      expect(taken[0]! + taken[1]! + taken[2]!).toBeLessThanOrEqual(800)
      for (const [signal, wanted] of [a, b, c].entries()) {
        expect(taken[signal]).toBeGreaterThanOrEqual(Math.min(wanted, 100))
      }
    }),
  )
})
