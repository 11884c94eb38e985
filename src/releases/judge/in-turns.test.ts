import { setImmediate } from 'node:timers'
import { expect, test } from 'vitest'
import { atOnce, type Steps } from '../../cohorts/steps.ts'
import { inTurns } from './in-turns.ts'

function* count(seen: string[]): Steps<number> {
  for (let i = 1; i <= 3; i++) {
    seen.push(`part ${i}`)
    yield
  }
  return 3
}

test('others go first between the parts, and the result is the same', async () => {
  const seen: string[] = []
  const counting = inTurns(count(seen))
  const others = (left: number): void => {
    seen.push('other')
    if (left > 1) setImmediate(others, left - 1)
  }
  setImmediate(others, 3)
  expect(await counting).toBe(3)
  const order = ['part 1', 'other', 'part 2', 'other', 'part 3', 'other']
  expect(seen).toEqual(order)
  expect(atOnce(count([]))).toBe(3)
})
