import { expect, test } from 'vitest'
import { keepUnits } from './keep-units.ts'

test('a number stays with its unit, and with nothing else', () => {
  expect(keepUnits('31 of 33 (94 %), 14 ms → 52 ms, 3 times, in 2 min, 5 sides')).toBe(
    '31 of 33 (94\u202f%), 14\u202fms → 52\u202fms, 3\u00a0times, in 2\u00a0min, 5 sides',
  )
})
