import { describe, expect, it } from 'vitest'
import { formatAgo, formatClock, formatSpan, formatUntil } from './time.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('formatSpan', () => {
  it.each([
    [-3, '0 s'],
    [45, '45 s'],
    [24 * 60, '24 min'],
    [190 * 60, '3 h 10 min'],
    [2 * 3600, '2 h'],
    [52 * 3600, '2 d 4 h'],
  ])('%i s is %s', (seconds, text) => {
    expect(plain(formatSpan(seconds))).toBe(text)
  })
})

describe('formatAgo and formatUntil', () => {
  it('do not count backwards when the clocks of server and reader differ', () => {
    expect(formatAgo(5_000, 2_000)).toBe('just now')
    expect(formatUntil(2_000, 5_000)).toBe('any moment')
  })

  it('count', () => {
    expect(plain(formatAgo(0, 12_400))).toBe('12 s ago')
    expect(plain(formatUntil(40 * 60_000, 0))).toBe('in 40 min')
  })
})

describe('formatClock', () => {
  it('adds the date only where it is another day', () => {
    const noon = new Date(2030, 0, 15, 12, 0)
    expect(formatClock(noon.toISOString(), noon.getTime())).toBe('12:00')
    const later = new Date(2030, 0, 17, 12, 0).getTime()
    expect(formatClock(noon.toISOString(), later)).toContain('15 Jan')
  })
})
