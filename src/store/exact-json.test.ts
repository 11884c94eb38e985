import { expect, test } from 'vitest'
import { parseExactJson } from './exact-json.ts'

test('integers stay exact: numbers where a number can hold them, else text', () => {
  const text =
    '{"a": 9007199254740991, "b": 9007199254740992, "c": [-18446744073709551615, 1.5e300, "9007199254740993"]}'
  expect(parseExactJson(text)).toEqual({
    a: 9_007_199_254_740_991,
    b: '9007199254740992',
    c: ['-18446744073709551615', 1.5e300, '9007199254740993'],
  })
})

test('fractions and large floating point numbers stay numbers', () => {
  expect(parseExactJson('[0.30000000000000004, 1.2345678901234567e+30, null, true]')).toEqual([
    0.1 + 0.2,
    1.234_567_890_123_456_7e30,
    null,
    true,
  ])
})
