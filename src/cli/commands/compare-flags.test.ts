import { describe, expect, it } from 'vitest'

import { checkCompareFlags, type CompareFlags } from './compare-flags.ts'

const server = 'http://127.0.0.1:4319'
const candidate = 'v = "2"'

describe('the flags of compare', () => {
  it('ask a server about a service', () => {
    const flags: CompareFlags = { server, service: 'shop', candidate, measure: ['rate'], limit: 5 }
    expect(checkCompareFlags({ ...flags, json: true })).toEqual({
      kind: 'service',
      server,
      request: { service: 'shop', candidate, measures: ['rate'], limit: 5 },
    })
  })

  it('read files without one', () => {
    const flags: CompareFlags = { server, file: ['a.csv', 'b.csv'], candidate, slow: 'ms' }
    expect(checkCompareFlags(flags)).toEqual({
      kind: 'file',
      files: ['a.csv', 'b.csv'],
      candidate,
      slow: 'ms',
    })
  })

  it('need no candidate where two spans of time or two columns are compared', () => {
    const windows = { candidateWindow: '1h..now', baselineWindow: '2h..1h' }
    expect(checkCompareFlags({ server, service: 'shop', ...windows }).kind).toBe('service')
    const amounts = { actual: 'real', expected: 'predicted' }
    expect(checkCompareFlags({ server, file: ['a.csv'], ...amounts }).kind).toBe('file')
  })

  it.each<[Omit<CompareFlags, 'server'>, RegExp]>([
    [{}, /what to compare/],
    [{ service: 'shop' }, /what the candidate is/],
    [{ file: ['a.csv'] }, /what the candidate is/],
    [{ service: 'shop', candidate, slow: 'ms' }, /--slow does not fit/],
    [{ service: 'shop', candidate, badCount: 'k' }, /--bad-count does not fit/],
    [{ file: ['a.csv'], candidate, since: '1h' }, /--since does not fit/],
    [{ file: ['a.csv'], candidate, service: 'shop' }, /--service does not fit/],
    [{ file: ['a.csv'], actual: 'a' }, /belong together/],
    [{ file: ['a.csv'], actual: 'a', expected: 'b', bad: 'c = 1' }, /--bad does not fit/],
    [{ file: ['a.csv'], candidate, badCount: 'k' }, /--bad-count needs --weight/],
    [{ file: ['a.csv'], candidate, badCount: 'k', weight: 'n', bad: 'c = 1' }, /--bad-count/],
  ])('%j are wrong usage', (flags, message) => {
    expect(() => checkCompareFlags({ server, ...flags })).toThrow(message)
  })
})
