import { expect, test } from 'vitest'
import { AftergreenError } from '../../errors.ts'
import { defaultLimits, parseLimits } from './limits.ts'
import { parseRedaction } from './read-redaction-file.ts'

function problem(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof AftergreenError) return `${error.code} ${error.message}`
    throw error
  }
  return 'none'
}

test.each([
  ['{\n "rules": [}', 'line 2: this is not JSON.'],
  ['[]', 'line 1: the file is not a JSON object.'],
  ['{\n "rule": []}', 'line 2: "rule" is not known; "rules", "off" and "allow" are.'],
  ['{"off":\n["jwd"]}', 'line 2: "jwd" is no default rule; these are: authorization, '],
  ['{"allow":\n[""]}', 'line 2: "" in "allow" is not a key.'],
  ['{"rules":\n[{"key":"a"}]}', 'rule 1 has no "name" of small letters, digits and dashes'],
  ['{"rules":[\n{"name":"A b","key":"a"}]}', 'line 2: rule 1 has no "name"'],
  ['{"rules":[{\n"name":"a"}]}', 'line 2: rule "a": it must have either "key" or "value".'],
  ['{"rules":[{"name":"a","value":"x","kay":1}]}', 'rule "a": "kay" is not known.'],
  [
    '{"rules":[{"name":"a","key":"x"},\n{"name":"b",\n"value":"(?=x)"}]}',
    'line 3: rule "b": "value" is no expression that can be used: look-around and named groups are not supported.',
  ],
  ['{"rules":[{"name":"a","value":"x*"}]}', 'it matches the empty text.'],
  ['{"rules":[{"name":"a","value":"(a{999}){999}"}]}', 'it is too large.'],
  ['{"rules":[{"name":"a","value":"x","contains":["x"]}]}', 'text of at least two characters.'],
])('the redaction file %j: %s', (text, expected) => {
  const told = problem(() => parseRedaction(text, 'r.json'))
  expect(told.startsWith('REDACTION_FILE r.json, line ')).toBe(true)
  expect(told).toContain(expected)
})

test('limits of a file replace the defaults', () => {
  expect(parseLimits('{"keys": 100}', 'l.json')).toEqual({ ...defaultLimits, keys: 100 })
})

test.each([
  ['{\n"keis": 1}', 'line 2: "keis" is no limit; these are: valueBytes, '],
  ['{\n\n"keys": "5"}', 'line 3: "keys" is not a whole number from 10 to 1000000.'],
  ['{"valueBytes": 1}', '"valueBytes" is not a whole number from 64 to 16777216.'],
  ['7', 'line 1: the file is not a JSON object.'],
])('the limits file %j: %s', (text, expected) => {
  const told = problem(() => parseLimits(text, 'l.json'))
  expect(told.startsWith('LIMITS_FILE l.json, line ')).toBe(true)
  expect(told).toContain(expected)
})
