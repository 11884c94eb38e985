import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LinearPattern } from './linear-pattern.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

/** For every character whether some match of the expression covers it. */
function covered(source: string, text: string): string {
  const all = Array.from(text, () => '.')
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 1; end <= text.length; end++) {
      const whole = new RegExp(`(?<=^[^]{${start}})(?:${source})(?=[^]{${text.length - end}}$)`)
      if (whole.test(text)) all.fill('x', start, end)
    }
  }
  return all.join('')
}

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '\\bc', 'c\\b', '1')
const counted = fc
  .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{2,}'))
  .map(([what, times]) => `(?:${what})${times}`)
const sequence = fc.array(counted, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
const expression = fc
  .tuple(
    sequence,
    sequence,
    fc.constantFrom('', '+', '?'),
    fc.constantFrom('', '^'),
    fc.constantFrom('', '$'),
  )
  .map(([one, two, times, begin, end]) => `${begin}(${one}|${two})${times}c?${end}`)

test('it covers what the matches of the same RegExp cover', () => {
  fc.assert(
    fc.property(expression, fc.stringMatching(/^[abc1 ]{0,8}$/), (source, text) => {
      fc.pre(!new RegExp(`^(?:${source})$`).test('') && !new RegExp(source).test(''))
      let pattern: LinearPattern
      try {
        pattern = new LinearPattern(source)
      } catch {
        // it may match the empty text in another place
        return
      }
      const all = Array.from(text, () => '.')
      for (const { start, end } of pattern.findAll(Buffer.from(text), 0, text.length)) {
        all.fill('x', start, end)
      }
      expect(all.join('')).toBe(covered(source, text))
    }),
    { numRuns: 500 },
  )
})

test('expressions over which other engines never end take time in proportion to the text', () => {
  for (const source of ['(a+)+$', '(a|a)+b', '(.*)(.*)(.*)x', '(a?){20}a{20}c']) {
    const pattern = new LinearPattern(source)
    const time = (length: number): number => {
      const text = Buffer.from('a'.repeat(length))
      const rounds = [1, 2, 3].map(() => {
        const spent = cpuClock()
        pattern.findAll(text, 0, length)
        return spent()
      })
      return Math.min(...rounds)
    }
    time(1000)
    // 64 times as long if it were quadratic
    expect(time(16_000) / time(2000)).toBeLessThan(30)
  }
})

test('characters beyond ASCII, ranges inside other bytes, and large and small letters', () => {
  const bytes = Buffer.from('xxNr. ÄÖ7 und nr. ÄÖ8')
  const found = (source: string, ignoreCase: boolean): string[] =>
    new LinearPattern(source, ignoreCase)
      .findAll(bytes, 2, bytes.length)
      .map(({ start, end }) => bytes.toString('utf8', start, end))
  expect(found('nr\\. ÄÖ\\d', true)).toEqual(['Nr. ÄÖ7', 'nr. ÄÖ8'])
  expect(found('nr\\. ÄÖ\\d', false)).toEqual(['nr. ÄÖ8'])
  expect(found('^Nr', false)).toEqual(['Nr'])
})
