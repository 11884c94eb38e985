import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'

import type { Comparison, Finding } from '../cohorts/compare/comparison.ts'
import { exitCodeOf } from './commands/compare.ts'
import { renderComparison } from './render-comparison.ts'
import { columnsOf } from './wrap-text.ts'

const finding: Finding = {
  rank: 1,
  measure: 'rate',
  cohort: [{ attribute: 'app.locale', op: '=', value: 'pt-BR' }],
  text: 'app.locale = "pt-BR"',
  baseline: { bad: 10, total: 1000 },
  candidate: { bad: 300, total: 1000 },
  effect: { kind: 'odds-ratio', value: 42, low: 20, high: 90 },
  excess: 290,
  shareOfExcess: 0.9,
  q: 1e-9,
  units: 250,
  aliases: ['app.language'],
  alternatives: [{ cohort: [], text: 'app.country = "br"' }],
  exemplars: { baseline: ['aa'], candidate: ['bb', 'cc'] },
  predicate: "`app.locale` = 'pt-BR'",
}
const change = { ratio: 1.62, low: 1.4, high: 1.9 }
const comparison: Comparison = {
  complete: true,
  searched: {
    rows: 100_000,
    baselineRows: 50_000,
    candidateRows: 50_000,
    attributes: 12,
    maxOrder: 3,
    cells: 123_456,
    cut: [],
  },
  seconds: 1.234,
  global: {
    measure: 'rate',
    baseline: { bad: 500, total: 50_000 },
    candidate: { bad: 810, total: 50_000 },
    ...change,
  },
  globals: [],
  findings: [finding],
  mixShift: [],
  power: { smallestShare: 0.004, smallestEffect: 6 },
  notes: [],
}
comparison.globals.push(comparison.global)

const render = (changes: Partial<Comparison> = {}, width = 80): string =>
  renderComparison({ ...comparison, ...changes }, { colour: false, width })

describe('a comparison in words', () => {
  it('gives no multiple of nothing, and no end of an open interval', () => {
    const none = { bad: 0, total: 500 }
    const all = { bad: 500, total: 500 }
    const whole = (candidate: typeof none): string => {
      const ends = { ratio: 900, low: 60, high: 1e6 }
      const global = { ...comparison.global, baseline: none, candidate, ...ends }
      return render({ global, globals: [global], findings: [] }).replace(/\s+/g, ' ')
    }
    expect(whole(none)).toMatch(/^Overall, 0 % → 0 % failed \(0 of 500 → 0 of 500\)\. No cohort/)
    expect(whole(all)).toContain('(0 of 500 → 500 of 500): 900 times (interval 60 or more). No')
  })

  it('says the whole, each finding, and what would have been found', () => {
    const text = render()
    const flat = text.replace(/\s+/g, ' ')
    expect(flat).toContain(
      'Overall, 1 % → 1.6 % failed (500 of 50,000 → 810 of 50,000): 1.6 times (interval 1.4 to 1.9). One cohort changed more than the rest, and explains 90.0 % of that change.',
    )
    expect(flat).toContain(
      '1. app.locale = "pt-BR": 1 % → 30.0 % failed (10 of 1,000 → 300 of 1,000), 42 (20 to 90) times the odds beyond the rest\'s change; 90.0 % of the whole change.',
    )
    for (const words of [
      'q < 0.000001',
      'app.language',
      'app.country = "br"',
      'bb cc',
      'predicate',
    ])
      expect(text).toContain(words)
    expect(flat).toContain('A cohort of 0.4 % of the traffic')
    expect(text).not.toContain('NOT COMPLETE')
  })

  it.each([40, 80, 120])('fits %i columns', (width) => {
    const lines = render({ notes: ['A note that is somewhat long. '.repeat(8)] }, width).split('\n')
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(Math.max(width, 46))
  })

  it('draws both bars on one scale', () => {
    const bars = render()
      .split('\n')
      .filter((line) => /^ +(was|now) /.test(line))
      .map((line) => line.replace(/[^█]/g, '').length)
    expect(bars).toEqual([1, 24])
  })

  it('speaks of amounts where that was asked', () => {
    const sides = { baseline: { bad: 900, total: 900 }, candidate: { bad: 0, total: 0 } }
    const effect = { kind: 'rate-ratio' as const, value: 0, low: 0, high: 0.01 }
    const volume = { ...finding, ...sides, measure: 'volume', effect, excess: -880.4 }
    const flat = render({ findings: [{ ...volume, shareOfExcess: null }] }).replace(/\s+/g, ' ')
    expect(flat).toContain("900 → 0 events, 0 (0 to 0.01) times what the rest's change explains.")
    expect(flat).toContain('880 fewer than the rest explains')
  })

  it('says what was not looked at, and that it was not', () => {
    const searched = { ...comparison.searched, cut: ['The search was stopped.'] }
    const text = render({ complete: false, searched, findings: [] })
    expect(text).toContain('- The search was stopped.')
    expect(text).toContain('NOT COMPLETE')
    const power = { smallestShare: null, smallestEffect: null }
    expect(render({ findings: [], power })).toContain('There are too few events')
    expect(render({ complete: false, findings: [], power })).not.toContain('too few')
    expect(text).toContain('No cohort changed more than the rest.')
  })

  it('lets no text of strangers steer the terminal', () => {
    const evil = {
      ...finding,
      text: 'a = "\u001b[2Jx\r"',
      exemplars: { baseline: [], candidate: ['\u001b]0;x'] },
    }
    const text = render({ findings: [evil], notes: ['\u001b[31m'] })
    expect(stripVTControlCharacters(text)).toBe(text)
    expect(text).not.toContain('\r')
  })

  it('is plain without colour, and coloured with it', () => {
    const coloured = renderComparison(comparison, { colour: true, width: 80 })
    expect(coloured).toContain('\u001b[')
    expect(stripVTControlCharacters(coloured)).toBe(render())
  })
})

it.each<[string, Partial<Comparison>, number]>([
  ['a finding', {}, 1],
  ['a finding of a search that was stopped', { complete: false }, 1],
  ['nothing found', { findings: [] }, 0],
  ['nothing found so far', { findings: [], complete: false }, 2],
  [
    'too little to find anything',
    { findings: [], power: { smallestShare: null, smallestEffect: null } },
    2,
  ],
  [
    'nothing that could name a cohort',
    { findings: [], searched: { ...comparison.searched, attributes: 0 } },
    2,
  ],
])('%s: exit code', (_, changes, code) => {
  expect(exitCodeOf({ ...comparison, ...changes })).toBe(code)
})
