import { describe, expect, it } from 'vitest'

import type { ConfigFinding } from '../config-finding.ts'
import type { Declaration } from '../declarations/declaration.ts'
import type { KeyRead } from '../key-read.ts'
import { scanFindings, scanReport } from './scan-findings.ts'
import { scanKeys } from './scan-keys.ts'

let line = 0

function read(key: string, more: Partial<KeyRead> = {}): KeyRead {
  return {
    key,
    template: key.includes('*'),
    tier: 'direct',
    language: 'typescript',
    location: { file: 'src/app.ts', line: ++line },
    component: '',
    phase: 'run',
    ...more,
  }
}

function sample(key: string, more: Partial<Declaration> = {}): Declaration {
  return {
    key,
    kind: 'sample',
    component: '',
    location: { file: '.env.example', line: ++line },
    ...more,
  }
}

const literal = (text: string, forEmpty = false) => ({ default: { literal: text, forEmpty } })

/** Two sound keys stand in every repository here, so that it writes keys down at all. */
function find(
  reads: KeyRead[],
  declarations: Declaration[] = [],
  opaque: string[] = [],
): ConfigFinding[] {
  return scanFindings(
    scanKeys({
      reads: [...reads, read('DATABASE_URL'), read('REDIS_HOST')],
      declarations: [...declarations, sample('DATABASE_URL'), sample('REDIS_HOST')],
      opaqueComponents: new Set(opaque),
      componentOf: () => '',
    }),
  )
}

const rulesOf = (findings: ConfigFinding[]): string[] =>
  findings.map(({ rule, key }) => (key === undefined ? rule : `${rule} ${key}`))

describe('what is read and written down nowhere', () => {
  it('is told; what is needed is an error; what has a default is one note a component', () => {
    const found = find([
      read('STRIPE_KEY', { required: true }),
      read('BANNER'),
      read('PAGE_SIZE', literal('20')),
      read('RETRIES', literal('3')),
    ])
    expect(rulesOf(found)).toEqual([
      'required-undeclared STRIPE_KEY',
      'undeclared-read BANNER',
      'undocumented-options',
    ])
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'warning', 'note'])
    expect(found[2]!.message).toContain('PAGE_SIZE, RETRIES')
  })

  it.each([
    ['a sample names it', [read('BANNER')], [sample('BANNER')]],
    ['a document names it', [read('BANNER')], [sample('BANNER', { kind: 'documentation' })]],
    ['it is a field of a schema', [read('BANNER'), read('BANNER', { tier: 'schema' })], []],
    ['it is written in lower case there', [read('db_link')], [sample('DB_LINK')]],
    ['the system gives it', [read('HOME'), read('GITHUB_SHA'), read('NODE_ENV')], []],
    ['only tests read it', [read('BANNER', { phase: 'test' })], []],
    ['only a script reads it', [read('BANNER', { language: 'shell', tier: 'reference' })], []],
    ['its _FILE twin is', [read('CARD_FILE')], [sample('CARD'), sample('CARD_FILE')]],
    [
      'a schema reads keys of its form',
      [read('PAY_A_URL'), read('PAY_*_URL', { tier: 'schema' })],
      [],
    ],
  ])('is not told where %s', (_, reads, declarations) => {
    expect(rulesOf(find(reads, declarations)).filter((it) => !it.startsWith('declared'))).toEqual(
      [],
    )
  })

  it('is one finding where the repository writes down nothing at all', () => {
    const reads = ['ALPHA', 'BRAVO', 'CHARLIE', 'DELTA'].map((key) => read(key))
    const facts = {
      reads,
      declarations: [],
      opaqueComponents: new Set<string>(),
      componentOf: () => '',
    }
    expect(rulesOf(scanFindings(scanKeys(facts)))).toEqual(['nothing-declared'])
  })
})

describe('what is written down and not read', () => {
  it.each([
    ['nobody', [], [], 'warning', 'proved'],
    ['read-in-tests', [read('BANNER', { phase: 'test' })], [], 'note', 'proved'],
    ['whole-object', [], [''], 'note', 'inferred'],
  ])('is told with its reason: %s', (reason, reads, opaque, severity, evidence) => {
    const [found, ...others] = find(reads, [sample('BANNER')], opaque)
    expect(others).toEqual([])
    expect(found).toMatchObject({ rule: 'declared-unread', key: 'BANNER', severity, evidence })
    expect(found!.message).toContain(`(${reason})`)
    expect(found!.locations[0]!.file).toBe('.env.example')
  })

  it.each([
    ['code reads every key of its form', 'PAY_A_URL', [read('PAY_*_URL')], []],
    ['a framework reads it', 'OTEL_SERVICE_NAME', [], []],
    [
      'a manifest hands it to a container',
      'MAIL_FROM',
      [],
      [sample('MAIL_FROM', { kind: 'compose' })],
    ],
    ['only a build names it', 'MAIL_FROM', [], [sample('MAIL_FROM', { kind: 'ci' })]],
    [
      'a script reads it',
      'MAIL_FROM',
      [read('MAIL_FROM', { tier: 'reference', language: 'shell' })],
      [],
    ],
  ])('is not told where %s', (_, key, reads, declarations) => {
    expect(find(reads, [sample(key), ...declarations])).toEqual([])
  })

  it('is not told of what documents, placeholders and samples of tests name', () => {
    const ofTests = { location: { file: 'e2e/.env.example', line: 1 } }
    const read1 = read('BANNER', { phase: 'test' })
    expect(find([], [sample('BANNER', { kind: 'documentation' }), sample('KEY')])).toEqual([])
    expect(find([read1], [sample('BANNER', ofTests)])).toEqual([])
  })
})

describe('near misses', () => {
  it.each([
    ['underscores', 'PAYMENT__KEY', 'PAYMENT_KEY'],
    ['an S', 'ALLOWED_HOST', 'ALLOWED_HOSTS'],
    ['a prefix', 'MAIL_SENDER', 'APP_MAIL_SENDER'],
    ['two letters swapped', 'PAYMNET_LIMIT', 'PAYMENT_LIMIT'],
  ])('%s: told once, instead of both sides', (_, inCode, inSample) => {
    expect(rulesOf(find([read(inCode)], [sample(inSample)]))).toEqual([`near-miss ${inCode}`])
  })

  it('finds the slip beside a sound key', () => {
    const sound = [read('PAYMENT_PROVIDER')]
    const declared = [sample('PAYMENT_PROVIDER')]
    expect(rulesOf(find([...sound, read('PAYMENT_PROVDER')], declared))).toEqual([
      'near-miss PAYMENT_PROVDER',
    ])
    expect(rulesOf(find(sound, [...declared, sample('PAYMENT_PROVDER')]))).toEqual([
      'near-miss PAYMENT_PROVDER',
    ])
  })

  it('leaves alone what is meant to differ', () => {
    const others = ['GRID_SIZE', 'GRIDS_SIZE'].map((key) => sample(key, { kind: 'documentation' }))
    const pairs = [
      ['GRID_LIMIT', 'GRIDS_LIMIT'],
      ['SHARD_1_HOST', 'SHARD_2_HOST'],
      ['SMTP_USER', 'SMTP_PORT'],
      ['AUTH_AZURE_CLIENT', 'AUTH_AZURE_AD_CLIENT'],
    ] as const
    for (const [inCode, inSample] of pairs) {
      expect(rulesOf(find([read(inCode)], [sample(inSample), ...others]))).not.toContain(
        `near-miss ${inCode}`,
      )
    }
  })
})

describe('one key with two meanings', () => {
  it.each([
    [
      'a text and a number',
      [read('PREFIX', literal('tb_')), read('PREFIX', literal('64'))],
      'conflicting-types',
    ],
    [
      'a yes and a number',
      [
        read('CACHE', { type: 'boolean', ...literal('true') }),
        read('CACHE', { type: 'integer', ...literal('300') }),
      ],
      'conflicting-types',
    ],
    [
      'two defaults',
      [read('PAGES', literal('20')), read('PAGES', literal('50'))],
      'conflicting-defaults',
    ],
    ['empty', [read('PAGES', literal('20', true)), read('PAGES', literal('20'))], 'empty-differs'],
  ])('%s', (_, reads, rule) => {
    expect(rulesOf(find(reads, [sample(reads[0]!.key)]))).toEqual([`${rule} ${reads[0]!.key}`])
  })

  it.each([
    [
      'the same number in other words',
      [read('PAGES', literal('"20"')), read('PAGES', literal('20.0'))],
    ],
    [
      'two components',
      [read('PAGES', literal('20')), read('PAGES', { component: 'web', ...literal('50') })],
    ],
    [
      'a default that only a test has',
      [read('PAGES', literal('20')), read('PAGES', { phase: 'test', ...literal('1') })],
    ],
    [
      'one that only asks whether it is set',
      [read('PAGES', literal('false')), read('PAGES', literal('a,b'))],
    ],
    ['one that says nothing', [read('PAGES', literal('null')), read('PAGES', literal('20'))]],
  ])('not: %s', (_, reads) => {
    expect(find(reads, [sample('PAGES')])).toEqual([])
  })

  it('never shows defaults of a key that may be secret', () => {
    const found = find(
      [read('API_SECRET', literal('hunter2')), read('API_SECRET', literal('hunter3'))],
      [sample('API_SECRET')],
    )
    expect(rulesOf(found)).toEqual(['conflicting-defaults API_SECRET'])
    expect(JSON.stringify(found)).not.toContain('hunter')
  })
})

describe('the report', () => {
  const at = (file: string) => ({
    language: 'typescript' as const,
    location: { file, line: 1 },
    text: 'process.env[name]',
  })

  it('tells what could not be seen, with ids that tell equal expressions apart, and not that of tests', () => {
    const dynamic = [
      at('src/a.ts'),
      { ...at('src/a.ts'), location: { file: 'src/a.ts', line: 9 } },
      at('test/a.test.ts'),
    ]
    const { notAnalysed } = scanReport([], { dynamic, wholeObject: [], unparsed: [] }, [])
    expect(notAnalysed).toHaveLength(2)
    expect(new Set(notAnalysed.map(({ id }) => id)).size).toBe(2)
  })

  it('has ids that lines do not change', () => {
    const ids = (): string[] => find([read('BANNER')], [sample('COLOUR')]).map(({ id }) => id)
    expect(ids()).toEqual(ids())
  })
})
