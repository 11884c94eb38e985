import { expect, test } from 'vitest'
import { draw, drawMs } from './draw.ts'

const ids = Array.from({ length: 20_000 }, (_, i) => `s1-${i}.0`)
const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

test('the same luck for the same request, another one for another purpose', () => {
  expect(draw('a', 's1-1.0')).toBe(draw('a', 's1-1.0'))
  expect(draw('a', 's1-1.0')).not.toBe(draw('b', 's1-1.0'))
})

test('draws are uniform, and independent from one purpose to the next', () => {
  const a = ids.map((id) => draw('a', id))
  const b = ids.map((id) => draw('b', id))
  expect(Math.abs(mean(a) - 0.5)).toBeLessThan(0.01)
  expect(Math.abs(mean(a.map((value) => value ** 2)) - 1 / 3)).toBeLessThan(0.01)
  expect(Math.abs(mean(a.map((value, i) => value * (b[i] ?? 0))) - 0.25)).toBeLessThan(0.01)
})

test('durations are lognormal', () => {
  const logs = ids.map((id) => Math.log(drawMs('work', id, 10, 0.3)))
  const centre = mean(logs)
  const spread = Math.sqrt(mean(logs.map((value) => (value - centre) ** 2)))
  expect(Math.exp(centre)).toBeGreaterThan(9.9)
  expect(Math.exp(centre)).toBeLessThan(10.1)
  expect(Math.abs(spread - 0.3)).toBeLessThan(0.01)
})
