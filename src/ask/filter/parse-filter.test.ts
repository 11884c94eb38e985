import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { AftergreenError } from '../../errors.ts'
import { filterAttributes } from './filter-attributes.ts'
import { maxFilterDepth, maxFilterLength, maxFilterValues, parseFilter } from './parse-filter.ts'
import { printFilter } from './print-filter.ts'
import { anyFilter } from './testing/any-filter.ts'

describe('what can be written', () => {
  it.each([
    ['service.version = "2.1"', 'service.version = "2.1"'],
    ["a = 'it\\'s'", 'a = "it\'s"'],
    ['a==1', 'a = 1'],
    ['a <> 1', 'a != 1'],
    ['k8s.io/name-x >= -1.5e3', 'k8s.io/name-x >= -1.5e3'],
    ['a IN {1, "b", TRUE}', 'a in (1, "b", true)'],
    ['a Not In ("b")', 'a not in ("b")'],
    ['`with space` is absent', '`with space` is absent'],
    ['`in` = 1', '`in` = 1'],
    ['a is not absent', 'a is present'],
    ['a is null or a is not null', 'a is absent or a is present'],
    ['30 <= age < 60', 'age >= 30 and age < 60'],
    ['5 > x', 'x < 5'],
    ['time >= -90m', 'time >= -90m'],
    ['a like "GET /api/*"', 'a like "GET /api/*"'],
    ['a = 1 and b = 2 or not c = 3', '(a = 1 and b = 2) or not c = 3'],
    ['a = 1 and (b = 2 or c = 3)', 'a = 1 and (b = 2 or c = 3)'],
    ['Größe = "ü\\u00e9\\n"', 'Größe = "üé\\n"'],
  ])('%s', (text, printed) => {
    expect(printFilter(parseFilter(text))).toBe(printed)
  })

  it('names each attribute once, in the order of the text', () => {
    expect(
      filterAttributes(parseFilter('b = 1 and (a is absent or not b like "x") and 1 < c')),
    ).toEqual(['b', 'a', 'c'])
  })
})

describe('what is wrong, and where', () => {
  it.each([
    ['', 1, 'the name of an attribute'],
    ['a', 2, '=, !=, <'],
    ['version = v2', 11, 'text in quotes'],
    ['a = 1 b = 2', 7, '"and", "or" or the end'],
    ['a = 1 && b = 2', 7, '"and"'],
    ['a = 1 || b = 2', 7, '"or"'],
    ['!a', 1, '"not"'],
    ['(a = 1', 7, 'a closing )'],
    ['a in ()', 7, 'a value'],
    ['a in (1', 8, 'a comma or a closing )'],
    ['a in {1)', 8, 'a closing }'],
    ['a like 5', 8, 'a pattern in quotes'],
    ['a is nothing', 6, '"absent" or "present"'],
    ['a = "open', 5, 'a closing "'],
    ['a = "\\q"', 6, 'an escape'],
    ['a >= 1h', 6, 'with a minus'],
    ['2xx = 1', 1, 'backquotes'],
    ['`` = 1', 1, 'a name'],
    ['a = 1e999', 5, 'a smaller number'],
    ['a = 1; DROP TABLE x', 6, 'a sign'],
  ])('%s', (text, position, expected) => {
    const error = errorOf(text)
    expect(error.code).toBe('FILTER_SYNTAX')
    expect(error.message).toContain(`at character ${position}: expected `)
    expect(error.message).toContain(expected)
    const [, line, caret] = error.message.split('\n')
    expect(caret).toBe(`${' '.repeat(position + 1)}^`)
    expect(line).toBe(`  ${text}`)
  })

  it('points into the middle of a long filter', () => {
    const [, line = '', caret = ''] = errorOf(
      `${'a = 1 and '.repeat(50)}! ${'x'.repeat(90)}`,
    ).message.split('\n')
    expect(line.length).toBeLessThan(90)
    expect(line[caret.indexOf('^')]).toBe('!')
  })

  it('bounds length, depth and values', () => {
    expect(errorOf(' '.repeat(maxFilterLength + 1)).message).toContain('at most 10000 characters')
    const nested = (depth: number): string => `${'('.repeat(depth)}a = 1${')'.repeat(depth)}`
    expect(printFilter(parseFilter(nested(maxFilterDepth)))).toBe('a = 1')
    expect(errorOf(nested(maxFilterDepth + 1)).message).toContain('at most 50 groups')
    expect(errorOf(`${'not '.repeat(2000)}a = 1`).message).toContain('at most 50 groups')
    const values = (count: number): string => `a in (${Array(count).fill('1').join(',')})`
    expect(parseFilter(values(maxFilterValues)).kind).toBe('in')
    expect(errorOf(values(maxFilterValues + 1)).message).toContain('at most 1000 values')
  })
})

test('what is printed is read as the same filter', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(parseFilter(printFilter(filter))).toEqual(filter)
    }),
    { numRuns: 1000 },
  )
})

test('any text is a filter or an error that says where', () => {
  const parts = fc.constantFrom(
    'a',
    ' ',
    '=',
    '(',
    ')',
    '"',
    "'",
    '`',
    '\\',
    'in',
    'is',
    'not ',
    'and ',
    '-',
    '1',
    'h',
    ',',
    '<',
    '{',
    '}',
    '*',
    '!',
    '\0',
    'é',
    '\ud800',
    '😀',
    '\n',
    '.',
    'e',
    ' like ',
    'absent',
    'true',
    '>',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(parts, { maxLength: 60 }).map((found) => found.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(readTwice(text)).toBe('the same')
    }),
    { numRuns: 3000 },
  )
})

/** Whether what is read from a text is read again from what is printed; an orderly error will do as well. */
function readTwice(text: string): string {
  try {
    const filter = parseFilter(text)
    const again = parseFilter(printFilter(filter))
    return JSON.stringify(again) === JSON.stringify(filter) ? 'the same' : 'another'
  } catch (error) {
    const isOrderly = error instanceof AftergreenError && error.code === 'FILTER_SYNTAX'
    return isOrderly ? 'the same' : String(error)
  }
}

function errorOf(text: string): AftergreenError {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof AftergreenError) return error
    throw error
  }
  throw new Error(`no error: ${text}`)
}
