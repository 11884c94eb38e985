import { expect, test } from 'vitest'
import { count, duration, millis, percent, times } from './numbers-in-words.ts'

test.each([
  [0, '0 %'],
  [1, '100 %'],
  [0.9996, '100 %'],
  [0.9, '90 %'],
  [0.123, '12 %'],
  [0.0123, '1.2 %'],
  [0.008, '0.80 %'],
  [0.00123, '0.12 %'],
  [0.000123, '0.012 %'],
])('percent(%s) is %s', (share, words) => {
  expect(percent(share)).toBe(words)
})

test.each([
  [0.5, '0.50 ms'],
  [6.1234, '6.1 ms'],
  [99.4, '99 ms'],
  [99.6, '100 ms'],
  [250.4, '250 ms'],
  [999.6, '1.00 s'],
  [2500, '2.50 s'],
  [999_600, '1,000 s'],
])('millis(%s) is %s', (value, words) => {
  expect(millis(value)).toBe(words)
})

test.each([
  [0.5, '0.50'],
  [1.234, '1.23'],
  [4.1234, '4.1'],
  [41.2, '41'],
  [1234, '1,234'],
])('times(%s) is %s', (ratio, words) => {
  expect(times(ratio)).toBe(words)
})

test('counts carry their noun', () => {
  expect(count(0, 'request')).toBe('0 requests')
  expect(count(1, 'request')).toBe('1 request')
  expect(count(20_345, 'request')).toBe('20,345 requests')
})

test.each([
  [0, '1 s'],
  [40.4, '40 s'],
  [89, '89 s'],
  [90, '2 min'],
  [720, '12 min'],
  [3 * 3600, '3 h'],
  [48 * 3600, '2 days'],
])('duration(%s) is %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words)
})
