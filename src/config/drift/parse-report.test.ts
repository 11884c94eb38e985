import { expect, it } from 'vitest'

import { createConfigReporter } from './config-reporter.ts'
import { parseReports } from './parse-report.ts'

const report = createConfigReporter({
  component: 'api',
  environment: 'production',
  secret: 'a secret of this test, longer than 32 bytes',
  keys: ['PORT', '__proto__'],
  env: { PORT: '8080' },
}).report()
const text = JSON.stringify(report)

it('one report, a list of them, and one on each line', () => {
  expect(parseReports(text)).toEqual({ reports: [report], problems: [] })
  expect(parseReports(JSON.stringify(report, null, 2)).reports).toEqual([report])
  expect(parseReports(`[${text},${text}]`).reports).toEqual([report, report])
  expect(parseReports(`${text}\n\n${text}\n`).reports).toEqual([report, report])
  expect(Object.keys(parseReports(text).reports[0]!.keys)).toEqual(['PORT', '__proto__'])
})

it('what is not of the protocol is dropped, or refused without a word of it', () => {
  const strange = 'kanarie'
  const key = { state: 'set', source: 'environment', fingerprint: '0123456789abcdef' }
  const kept = parseReports(
    JSON.stringify({ ...report, note: strange, keys: { PORT: { ...key, value: strange } } }),
  )
  expect(kept.reports).toHaveLength(1)
  expect(JSON.stringify(kept)).not.toContain(strange)
  const wrong: object[] = [
    { protocol: strange },
    { environment: `${strange}\n` },
    { component: '' },
    { instance: strange.repeat(100) },
    { release: { strange } },
    { loadedAt: strange },
    { loadedAt: '2026-99-99T00:00:00Z' },
    { contractDigest: strange },
    { keyId: strange },
    { digest: 12 },
    { keys: [strange] },
    { keys: { PORT: strange } },
    { keys: { [`${strange}\0`]: key } },
    { keys: { PORT: { ...key, fingerprint: strange } } },
    { keys: { PORT: { ...key, state: strange } } },
    { keys: { PORT: { ...key, source: strange } } },
    { unknownKeys: strange },
  ]
  for (const fields of wrong) {
    const { reports, problems } = parseReports(JSON.stringify({ ...report, ...fields }))
    expect(reports).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]).not.toContain(strange)
  }
  for (const broken of [
    '',
    strange,
    `["${strange}"]`,
    'null',
    '[]',
    text.slice(0, -9),
    '{"__proto__":1}',
  ]) {
    const { reports, problems } = parseReports(broken)
    expect(reports).toEqual([])
    expect(problems.join()).not.toContain(strange)
  }
})

it('never throws, whatever stands there', () => {
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state % below
  }
  for (let round = 0; round < 2000; round += 1) {
    const at = random(text.length)
    const piece = ['', '"', '{', '}', '\0', 'null', '-1e999', '[[[['][random(8)]!
    const changed = text.slice(0, at) + piece + text.slice(at + random(6))
    expect(parseReports(changed).problems.length).toBeLessThanOrEqual(20)
  }
  expect(parseReports('['.repeat(200_000)).reports).toEqual([])
})
