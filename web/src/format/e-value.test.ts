import { assert, double, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeEValue, formatEValue } from './e-value.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('describeEValue', () => {
  it('says what the number bounds', () => {
    expect(plain(describeEValue(118.4))).toBe(
      'E-value 118: if nothing had changed, 118 or more would be seen at any time with probability at most 1 in 118.',
    )
    expect(plain(describeEValue(5_230, 'the split were as declared'))).toContain(
      'if the split were as declared, 5,230 or more',
    )
  })

  it('names large numbers and stops where they stop meaning anything', () => {
    expect(plain(describeEValue(3_214_771_903))).toContain('1 in 3.21 billion')
    expect(plain(describeEValue(1e40))).toContain('1 in 10¹⁵')
    expect(plain(describeEValue(null))).toContain('1 in 10¹⁵')
  })

  it('gives the number alone, rounded down', () => {
    expect([5_239, 1_290_000_000, null].map(formatEValue)).toEqual([
      '5,230',
      '1.29 billion',
      'above 10¹⁵',
    ])
  })

  it('does not turn a small value into evidence', () => {
    expect(describeEValue(0)).toContain('does not speak against chance')
    expect(describeEValue(0.41)).toContain('E-value 0.41')
    expect(describeEValue(1)).toContain('does not speak against chance')
  })

  it('never claims more than the number', () => {
    assert(
      property(double({ min: 1.2, max: 999_999, noNaN: true }), (eValue) => {
        const said = /1 in ([\d.,]+)\.$/.exec(plain(describeEValue(eValue)))?.[1]
        const n = Number(said?.replaceAll(',', ''))
        expect(n).toBeLessThanOrEqual(eValue * (1 + 1e-9))
        expect(n).toBeGreaterThan(eValue * 0.9)
      }),
    )
  })
})
