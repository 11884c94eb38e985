import { expect, it } from 'vitest'
import { formatCondition } from './condition.ts'

it('writes each kind of condition', () => {
  const attribute = 'app.x'
  expect(formatCondition({ attribute, op: '=', value: 'a "b"' })).toBe('app.x = "a \\"b\\""')
  expect(formatCondition({ attribute, op: '=', value: true })).toBe('app.x = true')
  expect(formatCondition({ attribute, op: 'absent' })).toBe('app.x is absent')
  expect(formatCondition({ attribute, op: 'range', low: 30, high: 60 })).toBe('30 ≤ app.x < 60')
  expect(formatCondition({ attribute, op: 'range', low: 0, high: null })).toBe('app.x ≥ 0')
  expect(formatCondition({ attribute, op: 'range', low: null, high: 0 })).toBe('app.x < 0')
})
