import { expect, it } from 'vitest'
import type { Binding } from '../binding.ts'
import { coverageLevels } from '../age/coverage-levels.ts'
import type { KeyRead, Language } from '../key-read.ts'
import { SealedValue } from '../sealed-value.ts'
import type { CoverageInput } from './cover-keys.ts'
import { coverKeys } from './cover-keys.ts'
import { coverageReport } from './coverage-report.ts'
import type { KeyCoverage } from './key-coverage.ts'
import type { RunTrace, TracedProcess, TracedRead } from './run-trace.ts'

const secret = new Uint8Array(32)
const environment = { name: 'production', files: ['.env'], bindings: 1, unread: [] }

const code = (key: string, more: Partial<KeyRead> = {}): KeyRead => ({
  key,
  template: key.includes('*'),
  tier: 'direct',
  language: 'typescript',
  location: { file: 'src/a.ts', line: 1 },
  component: '',
  phase: 'run',
  ...more,
})
const bound = (key: string, value: string | undefined): Binding => ({
  environment: 'production',
  key,
  ...(value === undefined
    ? { state: 'reference', detail: 'secret/a#b' }
    : { state: value === '' ? 'empty' : 'set', value: new SealedValue(value) }),
  source: 'dotenv',
  location: { file: '.env', line: 1 },
  component: '',
  phase: 'run',
  precedence: 0,
})
const read = (key: string, more: Partial<TracedRead> = {}): TracedRead => ({
  key,
  how: 'get',
  by: 'project',
  at: { file: 'src/a.ts', line: 1 },
  state: 'unset',
  ...more,
})
const traced = (reads: TracedRead[], more: Partial<TracedProcess> = {}): RunTrace => ({
  problems: [],
  processes: [{ language: 'javascript', main: '', reads, copies: [], ...more }],
})

function cover(input: Partial<CoverageInput>): Record<string, KeyCoverage> {
  const keys = coverKeys({
    reads: [],
    declarations: [],
    bindings: [],
    traces: [],
    secret,
    componentOf: () => '',
    ...input,
  })
  return Object.fromEntries(keys.map((key) => [key.key, key]))
}
const reportOf = (keys: Record<string, KeyCoverage>, trace: RunTrace) =>
  coverageReport({
    keys: Object.values(keys),
    run: { trace, exitCode: 0, stopped: false },
    environment,
  })

it('does not take what tests and the runtime read for a reading of the code', () => {
  const at = { file: 'test/a.test.ts', line: 3 }
  const trace = traced([
    read('HELPED', { by: 'library', at }),
    read('ASKED', { at }),
    read('PASSED', { by: 'runtime' }),
    read('OWN', { at }),
    read('LIBRARY', { by: 'library' }),
    read('PATH'),
  ])
  const keys = cover({
    reads: ['HELPED', 'ASKED', 'PASSED', 'LIBRARY'].map((key) => code(key)),
    bindings: [bound('OWN', 'x')],
    traces: [trace],
  })
  expect(Object.values(keys).map(({ key, level }) => `${key} ${level}`)).toEqual([
    'ASKED C2',
    'HELPED C2',
    'LIBRARY C3',
    // no code but the test reads it
    'OWN C3',
    'PASSED C2',
  ])
  expect(keys['OWN']?.inCode).toBe(false)
})

it.each([
  ['30', { state: 'set', shape: 'integer', print: 'x' }, null],
  ['30000', { state: 'set', shape: 'integer', print: 'x' }, 'other-shape'],
  ['30', { state: 'empty' }, 'never-set'],
  ['', { state: 'unset' }, null],
  ['', { state: 'set', shape: 'integer', print: 'x' }, 'other-shape'],
  ['stripe', { state: 'set', shape: 'word', print: 'x' }, 'other-value'],
  [
    'stripe',
    { state: 'set', shape: 'word', print: new SealedValue('stripe').fingerprint(secret, 'K') },
    null,
  ],
  [undefined, { state: 'set', shape: 'token', print: 'x' }, null],
  [undefined, { state: 'unset' }, 'never-set'],
  ['30', undefined, 'never-read'],
] as const)('bound to %j and read as %j: %s', (value, seen, reason) => {
  const keys = cover({
    reads: [code('K')],
    bindings: [bound('K', value)],
    traces: seen === undefined ? [] : [traced([read('K', seen)])],
  })
  expect(keys['K']?.productionOnly?.reason ?? null).toBe(reason)
})

it('says of which languages it knows nothing', () => {
  const trace = traced([read('JS')])
  const go: { language: Language } = { language: 'go' }
  const keys = cover({
    reads: [code('JS'), code('GO', go), code('BOTH', go)],
    bindings: [bound('GO', 'x')],
    traces: [traced([read('JS'), read('BOTH')])],
  })
  const { findings, notAnalysed } = reportOf(keys, trace)
  expect(findings).toEqual([])
  expect(notAnalysed.map(({ reason }) => reason)).toEqual([
    'Go is not traced: 1 key that it reads cannot come higher than C2.',
  ])
})

it('says nothing of settings that a library fills from a copy', () => {
  const python: Partial<KeyRead> = { language: 'python', tier: 'schema' }
  const at = { file: 'app/settings.py', line: 6 }
  const trace = traced([], { language: 'python', copies: [{ by: 'library', at }] })
  const keys = cover({
    reads: [code('DB_URL', python), code('LATE', { language: 'python' })],
    bindings: [bound('DB_URL', 'x')],
    traces: [trace],
  })
  const { findings, notAnalysed } = reportOf(keys, trace)
  expect(findings.map(({ message }) => message)).toEqual([
    'The run did not read 1 key that the code reads: LATE.',
  ])
  expect(notAnalysed).toMatchObject([{ kind: 'whole-object', location: at }])
})

it('finds keys of templates, and prints levels that config age reads', () => {
  const keys = cover({
    reads: [code('PAY_*_HOST')],
    bindings: [bound('PAY_US_HOST', 'x')],
    traces: [traced([read('PAY_EU_HOST')])],
  })
  const levels = coverageLevels(JSON.stringify({ keys: Object.values(keys) }))
  expect([...(levels ?? [])]).toEqual([
    ['PAY_EU_HOST', 3],
    ['PAY_US_HOST', 2],
  ])
})
