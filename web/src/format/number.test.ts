import { describe, expect, it } from 'vitest'
import { formatCountOf, formatMs, formatRatio, formatShare } from './number.ts'

/** Compares with an ordinary space where the text has a narrow one. */
const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe('formatShare', () => {
  it.each([
    [0, '0 %'],
    [0.00001, '< 0.01 %'],
    [0.0044, '0.44 %'],
    [0.1234, '12.3 %'],
    [0.99949, '99.9 %'],
    [0.99999, '> 99.9 %'],
    [1, '100 %'],
  ])('%f is %s: never a false 0 or 100', (fraction, text) => {
    expect(plain(formatShare(fraction))).toBe(text)
  })
})

describe('formatMs', () => {
  it.each([
    [0.42, '0.42 ms'],
    [25.43, '25.4 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
  ])('%f is %s', (ms, text) => {
    expect(plain(formatMs(ms))).toBe(text)
  })
})

describe('formatRatio', () => {
  it.each([
    [1.02, '1.02×'],
    [4.13, '4.1×'],
    [1234.5, '1,235×'],
  ])('%f is %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text)
  })
})

describe('formatCountOf', () => {
  it('agrees in number', () => {
    expect(formatCountOf(1, 'request')).toBe('1 request')
    expect(formatCountOf(12_480, 'request')).toBe('12,480 requests')
  })
})
