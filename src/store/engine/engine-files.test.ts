import { expect, test } from 'vitest'
import { engineMemory } from './engine-files.ts'

const gibibyte = 2 ** 30

test.each([
  [undefined, 8 * gibibyte, 2 * gibibyte],
  [undefined, 64 * gibibyte, 4 * gibibyte],
  [undefined, gibibyte, gibibyte],
  ['500000000', 8 * gibibyte, 500_000_000],
  ['much', 8 * gibibyte, 2 * gibibyte],
  ['-1', 8 * gibibyte, 2 * gibibyte],
])('with the setting %j, on a machine with %d bytes: %d', (setting, total, expected) => {
  expect(engineMemory(setting, total)).toBe(expected)
})
