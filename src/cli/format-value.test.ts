import { expect, it } from 'vitest'

import {
  formatEValue,
  formatMeasure,
  formatRatio,
  formatShare,
  formatTime,
  formatWindow,
} from './format-value.ts'

it.each([
  [0, '0 %'],
  [0.00123, '0.12 %'],
  [0.0949, '9.5 %'],
  [0.2, '20.0 %'],
  [1, '100.0 %'],
])('writes the share %d as %s', (fraction, text) => {
  expect(formatShare(fraction)).toBe(text)
})

it.each([
  [6.123, 'ms', '6.1 ms'],
  [0.0451, 'ms', '0.045 ms'],
  [151.6, 'ms', '152 ms'],
  [12_345, 'ms', '12.3 s'],
  [null, 'ms', 'none'],
  [0.012, 'fraction', '1.2 %'],
] as const)('writes %d %s as %s', (value, unit, text) => {
  expect(formatMeasure(value, unit)).toBe(text)
})

it('says which end of an interval is open, and why there is no ratio', () => {
  expect(formatRatio({ ratio: 4.08, low: 3.4, high: 5 })).toBe('4.1 times (interval 3.4 to 5)')
  expect(formatRatio({ ratio: 4.08, low: 3.4, high: null })).toBe('4.1 times (interval from 3.4)')
  expect(formatRatio({ ratio: 4.08, low: null, high: 5 })).toBe('4.1 times (interval up to 5)')
  expect(formatRatio({ ratio: 4.08, low: null, high: null })).toBe('4.1 times (no interval yet)')
  expect(formatRatio({ ratio: null, low: 31, high: null })).toBe(
    'at least 31 times (the baseline is zero)',
  )
})

it.each([
  [0.4, 'e-value 0.4: no evidence'],
  [1.07, 'e-value 1.1: no evidence'],
  [1.29, 'e-value 1.2: '],
  [119.9, 'e-value 119: '],
  [12_999, 'e-value 12,000: '],
  [3.29e9, 'e-value 3.2 × 10⁹: '],
  [1.04e27, 'e-value 10²⁷: '],
  [Infinity, 'e-value 10³⁰⁸: '],
])('writes the e-value %d without ever rounding up', (value, text) => {
  expect(formatEValue(value).startsWith(text)).toBe(true)
})

it('writes times in UTC and the day once', () => {
  const from = '2026-07-01T21:14:00.000Z'
  expect(formatTime('2026-07-01T23:14:00+02:00')).toBe('2026-07-01 21:14:00 UTC')
  expect(formatTime('soon')).toBe('soon')
  expect(formatWindow({ from, to: '2026-07-01T21:15:20.500Z' })).toBe(
    '2026-07-01 21:14:00 to 21:15:20 UTC',
  )
  expect(formatWindow({ from, to: '2026-07-02T00:00:00Z' })).toBe(
    '2026-07-01 21:14:00 UTC to 2026-07-02 00:00:00 UTC',
  )
})
