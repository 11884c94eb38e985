import { describe, expect, it } from 'vitest'

import type { FilterColumn } from '../../ask/filter/filter.ts'
import { sidesOf, timesOf } from './comparison-sides.ts'
import { parseComparisonTime } from './comparison-time.ts'

const now = Date.UTC(2026, 10, 23, 12)
const hour = 3_600_000
const resolve = (name: string): FilterColumn => ({ sql: `\`${name}\``, type: 'string' })
const wrong = { code: 'INVALID_REQUEST' }

describe('times', () => {
  it.each([
    ['now', now],
    ['1h', now - hour],
    ['-90m', now - 1.5 * hour],
    ['2d', now - 48 * hour],
    ['2026-11-23T10:00:00Z', now - 2 * hour],
    ['2026-11-23 11:00', now - hour],
  ])('%s', (text, expected) => {
    expect(parseComparisonTime(text, now)).toBe(expected)
  })

  it('last an hour until now where nothing is said', () => {
    expect(timesOf({}, now).whole).toEqual({ from: now - hour, to: now })
  })

  it('of two windows hold both', () => {
    const request = { candidateWindow: '1h..now', baselineWindow: '25h..24h' }
    expect(timesOf(request, now).whole).toEqual({ from: now - 25 * hour, to: now })
  })

  it.each([
    { since: 'noon' },
    { since: '1h', until: '2h' },
    { since: '40d' },
    { candidateWindow: '1h..now' },
    { candidateWindow: '1h', baselineWindow: '2h..1h' },
    { candidateWindow: 'now..1h', baselineWindow: '2h..1h' },
    { candidateWindow: '1h..now', baselineWindow: '2h..1h', since: '3h' },
  ])('%j are refused', (request) => {
    expect(() => timesOf(request, now)).toThrow(expect.objectContaining(wrong))
  })
})

describe('sides', () => {
  it('are the candidate and everything else', () => {
    const { candidate, baseline } = sidesOf({ candidate: 'v = "2"' }, resolve, now)
    expect(baseline.sql).toBe(`(NOT ${candidate.sql})`)
    expect(Object.values(candidate.parameters)).toEqual(['2'])
  })

  it('narrow their own windows', () => {
    const windows = { candidateWindow: '1h..now', baselineWindow: '2h..1h' }
    const { candidate, baseline } = sidesOf({ ...windows, candidate: 'v = "2"' }, resolve, now)
    expect(Object.values(candidate.parameters)).toEqual(['2', now - hour, now])
    expect(baseline.parameters).toEqual({ baseline_from: now - 2 * hour, baseline_to: now - hour })
    expect(baseline.sql).not.toContain('`v`')
  })

  it('need a candidate', () => {
    expect(() => sidesOf({ baseline: 'v = "1"' }, resolve, now)).toThrow(
      expect.objectContaining(wrong),
    )
  })
})
