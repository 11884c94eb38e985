import { expect, it } from 'vitest'

import type { BindingState } from '../binding.ts'
import { classifyDrift } from './classify-drift.ts'
import type { DeclaredComponent, DeclaredKey, OlderPrint } from './config-drift.ts'
import {
  configDigest,
  configFingerprint,
  configKeyId,
  configReportProtocol,
} from './config-reporter.ts'
import type { ProcessConfigReport, SourceKind } from './config-reporter.ts'
import { driftReport } from './drift-report.ts'
import { trustedReports } from './trusted-reports.ts'

const secret = Buffer.from('a secret of this test, longer than 32 bytes')
const print = (value: string): string =>
  configFingerprint(secret, 'KEY', value === '' ? 'empty' : 'set', value)
const unset = configFingerprint(secret, 'KEY', 'unset', '')

const location = { file: 'production.yaml', line: 7 }
const declares = (state: BindingState, value?: string): DeclaredKey => ({
  state,
  location,
  ...(value === undefined ? {} : { fingerprint: print(value) }),
})
const component = (name: string, key?: DeclaredKey): DeclaredComponent => ({
  component: name,
  keys: new Map(key === undefined ? [] : [['KEY', key]]),
})

function report(
  value: string | undefined,
  source: SourceKind = value === undefined ? 'none' : 'environment',
  more: Partial<ProcessConfigReport> = {},
): ProcessConfigReport {
  const keys = {
    KEY: {
      state:
        value === undefined
          ? ('unset' as const)
          : value === ''
            ? ('empty' as const)
            : ('set' as const),
      source,
      fingerprint: value === undefined ? unset : print(value),
    },
  }
  return {
    protocol: configReportProtocol,
    release: 'rel_1',
    environment: 'production',
    component: 'api',
    instance: 'one',
    loadedAt: '2026-11-20T00:00:00.000Z',
    contractDigest: null,
    keyId: configKeyId(secret),
    digest: configDigest(secret, Object.entries(keys)),
    keys,
    unknownKeys: [],
    ...more,
  }
}

const until = (time: string, value: string | null): OlderPrint => ({
  fingerprint: value === null ? null : print(value),
  until: time,
  where: 'commit 123456789',
})
const before = until('2026-11-21T00:00:00.000Z', 'old')
const added = until('2026-11-21T00:00:00.000Z', null)
const addedLongAgo = until('2026-01-01T00:00:00.000Z', null)

const cases: [string, DeclaredKey | undefined, ProcessConfigReport, OlderPrint[], string][] = [
  ['the declared value', declares('set', 'new'), report('new'), [before], 'matches'],
  [
    'the declared value by default',
    declares('set', 'new'),
    report('new', 'default'),
    [],
    'matches',
  ],
  ['an older value', declares('set', 'new'), report('old'), [before], 'stale'],
  ['an older value of a key that is gone', undefined, report('old'), [before], 'stale'],
  [
    'an older value of one that lies elsewhere now',
    declares('reference'),
    report('old'),
    [before],
    'stale',
  ],
  ['another value', declares('set', 'new'), report('x'), [before], 'overridden'],
  ['an empty value', declares('set', 'new'), report(''), [before], 'overridden'],
  ['the default', declares('set', 'new'), report('x', 'default'), [], 'default-in-force'],
  [
    'a default that was declared once',
    declares('set', 'new'),
    report('old', 'default'),
    [before],
    'default-in-force',
  ],
  ['nothing', declares('set', 'new'), report(undefined), [addedLongAgo], 'default-in-force'],
  ['nothing of a secret', declares('reference'), report(undefined), [], 'default-in-force'],
  [
    'nothing, since it is older than the key',
    declares('set', 'new'),
    report(undefined),
    [added],
    'stale',
  ],
  ['something that is not declared', undefined, report('x'), [], 'undeclared-key'],
  [
    'something that is declared unset',
    declares('unset'),
    report('x', 'file'),
    [],
    'undeclared-key',
  ],
  ['the default of what is not declared', undefined, report('x', 'default'), [], 'matches'],
  ['nothing of what is not declared', undefined, report(undefined), [], 'matches'],
  ['empty as declared', declares('empty', ''), report(''), [], 'matches'],
  [
    'the default where it is declared empty',
    declares('empty', ''),
    report('x', 'default'),
    [],
    'matches',
  ],
  ['a secret', declares('reference'), report('x'), [], 'unverifiable'],
  ['nothing of what is not known', declares('unknown'), report(undefined), [], 'unverifiable'],
]

it.each(cases)('%s', (_, declared, reported, older, verdict) => {
  const drift = classifyDrift({
    environment: 'production',
    declared: [component('', declared)],
    reports: [reported],
    older: new Map([['KEY', older]]),
  })
  expect(Object.entries(drift.counts).filter(([, count]) => count > 0)).toEqual([[verdict, 1]])
  expect(drift.verdicts.map((it) => it.verdict)).toEqual(verdict === 'matches' ? [] : [verdict])
})

it('what is not reported, and who does not report, is told', () => {
  const drift = classifyDrift({
    environment: 'production',
    declared: [
      component('shop-api', declares('set', 'new')),
      component('worker', declares('set', 'new')),
      component(''),
    ],
    reports: [
      report('x', 'environment', { keys: {} }),
      report('new', 'environment', { component: 'cron-job' }),
    ],
    older: new Map(),
  })
  expect(drift.silent).toEqual(['worker'])
  expect(drift.strangers).toEqual(['cron-job'])
  const { findings, notAnalysed } = driftReport(drift, {
    declared: [],
    notAnalysed: [],
    lookedAt: [],
  })
  expect(notAnalysed.map(({ kind }) => kind)).toEqual([
    'no-report',
    'undeclared-component',
    'not-reported',
  ])
  expect(findings.map(({ rule }) => rule)).toEqual(['drift/undeclared-key'])
})

it('instances that disagree on a secret are found though nobody knows its value', () => {
  const drift = classifyDrift({
    environment: 'production',
    declared: [component('', declares('reference'))],
    reports: ['one', 'two', 'three'].map((instance) =>
      report(instance === 'three' ? 'b' : 'a', 'environment', { instance }),
    ),
    older: new Map(),
  })
  expect(drift.disagreements.map(({ groups }) => groups.map((it) => it.instances))).toEqual([
    [['one', 'two'], ['three']],
  ])
  const { findings, headline } = driftReport(drift, { declared: [], notAnalysed: [], lookedAt: [] })
  expect(findings).toMatchObject([
    { rule: 'drift/instances-disagree', key: 'KEY', locations: [location] },
  ])
  expect(headline).toContain('disagree on 1 key')
})

it('what another component is given today is not an older value', () => {
  const drift = classifyDrift({
    environment: 'production',
    declared: [component('api', declares('set', 'new')), component('web', declares('set', 'web'))],
    reports: [report('web'), report('old', 'environment', { instance: 'two' })],
    older: new Map([['KEY', [until('2026-11-21T00:00:00.000Z', 'web'), before]]]),
  })
  expect(drift.verdicts.map(({ verdict }) => verdict)).toEqual(['stale', 'overridden'])
})

it('one finding tells all kinds of stale instances of a key', () => {
  const drift = classifyDrift({
    environment: 'production',
    declared: [component('', declares('set', 'new'))],
    reports: [
      report('old', 'environment', { instance: 'one' }),
      report('older', 'environment', { instance: 'two' }),
    ],
    older: new Map([
      ['KEY', [before, { ...until('2026-10-01T00:00:00.000Z', 'older'), where: 'commit 2' }]],
    ]),
  })
  const { findings } = driftReport(drift, { declared: ['KEY'], notAnalysed: [], lookedAt: [] })
  const stale = findings.filter(({ rule }) => rule === 'drift/stale')
  expect(stale).toHaveLength(1)
  expect(stale[0]!.message).toMatch(/\(one\).*2026-11-21.*\(two\).*2026-10-01/)
})

it('reports of others, with another secret, changed on the way or replaced are not judged', () => {
  const right = report('new')
  const newer = { ...right, loadedAt: '2026-11-22T00:00:00.000Z' }
  const { reports, notAnalysed, elsewhere, replaced } = trustedReports(
    [
      newer,
      right,
      { ...right, environment: 'staging' },
      { ...right, instance: 'foreign', keyId: '0000000000000000' },
      { ...right, component: 'web', instance: 'cut', keys: {} },
      { ...right, component: 'web', instance: 'changed', keys: report('other').keys },
    ],
    'production',
    secret,
  )
  expect(reports).toEqual([newer])
  expect(notAnalysed.map(({ kind }) => kind)).toEqual(['other-secret', 'damaged-report'])
  expect({ elsewhere, replaced }).toEqual({ elsewhere: 1, replaced: 1 })
})
