import { describe, expect, it } from 'vitest'
import type { Binding, BindingState } from '../binding.ts'
import type { ConfigContract } from '../contract/config-contract.ts'
import type { KeyRead } from '../key-read.ts'
import { environmentKind } from '../repository/environment-kind.ts'
import { SealedValue } from '../sealed-value.ts'
import { diffEnvironments } from './diff-environments.ts'
import { diffReport } from './diff-report.ts'
import type { EnvironmentDiff, KeyDifference } from './environment-diff.ts'
import { exitCodeOf } from '../config-report.ts'

type Given = Record<string, string | { state: BindingState; detail?: string }>

function bound(environment: string, given: Given, component = ''): Binding[] {
  return Object.entries(given).map(([key, value], index) => {
    const told =
      typeof value === 'string'
        ? ({ state: value === '' ? 'empty' : 'set', value: new SealedValue(value) } as const)
        : value
    return {
      environment,
      key,
      source: 'dotenv',
      component,
      phase: 'run',
      precedence: 10,
      location: { file: `.env.${environment}`, line: index + 1 },
      ...told,
    }
  })
}

interface Around {
  keys?: NonNullable<ConfigContract['keys']>
  reads?: Partial<KeyRead>[]
  names?: [string, string]
}

function diffOf(
  one: Given,
  other: Given,
  { keys, reads = [], names = ['staging', 'production'] }: Around = {},
): EnvironmentDiff {
  return diffEnvironments({
    environments: [
      { name: names[0], kind: environmentKind(names[0]), bindings: bound(names[0], one) },
      { name: names[1], kind: environmentKind(names[1]), bindings: bound(names[1], other) },
    ],
    ...(keys === undefined ? {} : { contract: { version: 1, keys } }),
    reads: reads.map((read) => ({
      key: 'THING',
      template: false,
      tier: 'direct',
      language: 'typescript',
      location: { file: 'src/main.ts', line: 3 },
      component: '',
      phase: 'run',
      ...read,
    })),
    today: '2026-11-23',
  })
}

const only = (
  one: string | Given[string],
  other: string | Given[string],
  around: Around = {},
  key = 'THING',
): KeyDifference | undefined => diffOf({ [key]: one }, { [key]: other }, around).differences[0]

describe('the class of a difference', () => {
  it('is accidental where nothing explains it', () => {
    expect(only('10', '20')).toMatchObject({ intent: 'accidental', kind: 'value', blocking: false })
    expect(diffOf({ THING: '10' }, { THING: '10' })).toMatchObject({ differences: [], equal: 1 })
  })

  it('is derived where the environment stands inside the value', () => {
    expect(only('https://api.staging.a.com', 'https://api.production.a.com')).toMatchObject({
      intent: 'derived',
      template: 'api.{environment}.a.com',
    })
    expect(only('https://api-stg.a.com/x', 'https://api.a.com/x')?.intent).toBe('derived')
    expect(only('staging', 'production', {}, 'APP_ENV')?.intent).toBe('derived')
  })

  it('is derived between two of one kind by their whole names', () => {
    const around = { names: ['prod-eu', 'prod-us'] as [string, string] }
    expect(only('a.prod-eu.shop.com', 'a.prod-us.shop.com', around)?.intent).toBe('derived')
  })

  it('is not derived where a value names the other environment', () => {
    const crossed = only('https://api.production.a.com', 'https://api.staging.a.com')
    expect(crossed).toMatchObject({
      intent: 'accidental',
      because: 'The value in staging names production.',
    })
    expect(only('https://db.staging.a.com', 'https://db2.staging.a.com')?.intent).toBe('accidental')
  })

  it('is derived by domains only where three keys differ alike', () => {
    const at = (domain: string, count: number): Given =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`URL_${i}`, `https://s${i}.${domain}/p`]),
      )
    expect(diffOf(at('shop.dev', 3), at('shop.com', 3)).counts.derived).toBe(3)
    expect(diffOf(at('shop.dev', 2), at('shop.com', 2)).counts).toMatchObject({
      derived: 0,
      accidental: 2,
    })
  })

  it('is derived where each has a secret of its own, also inside an address', () => {
    expect(only('kd83hf72hs91', 'pq02mf84ks73', {}, 'DB_PASSWORD')?.intent).toBe('derived')
    expect(
      only(
        'postgres://u:kd83hf72hs91@db.staging.a/x',
        'postgres://u:pq02mf84ks73@db.prod.a/x',
        {},
        'DATABASE_URL',
      )?.intent,
    ).toBe('derived')
    expect(
      only(
        'postgres://u:kd83hf72hs91@db.a/x',
        'postgres://u:pq02mf84ks73@db.a/y',
        {},
        'DATABASE_URL',
      )?.intent,
    ).toBe('accidental')
    expect(only('kd83hf72hs91', 'changeme', {}, 'DB_PASSWORD')).toMatchObject({
      intent: 'accidental',
      blocking: true,
    })
    expect(
      only('sk_live_4eC39HqLyjWD', 'sk_test_4eC39HqLyjWD', {}, 'STRIPE_SECRET_KEY'),
    ).toMatchObject({ intent: 'accidental', blocking: true })
    expect(
      only('sk_test_4eC39HqLyjWD', 'sk_live_4eC39HqLyjWD', {}, 'STRIPE_SECRET_KEY')?.intent,
    ).toBe('derived')
  })

  it('takes nothing for missing that may stand in what was not read', () => {
    const binding = bound('staging', { STRIPE_SECRET_KEY: 'sk_test_1' })
    const intents = (unread: { file: string; line: number }[]) =>
      diffEnvironments({
        environments: [
          { name: 'staging', kind: 'staging', bindings: binding },
          {
            name: 'production',
            kind: 'production',
            bindings: bound('production', { OTHER: '1' }),
            unread: unread.map((location) => ({ location, reason: 'It is broken.' })),
          },
        ],
        today: '2026-11-23',
      }).differences.map(({ key, intent }) => `${key} ${intent}`)
    expect(intents([])).toContain('STRIPE_SECRET_KEY accidental')
    expect(intents([{ file: 'k8s.yaml', line: 9 }])).toContain('STRIPE_SECRET_KEY unverifiable')
    // what is told at the place of a key hides no other
    expect(intents([{ file: '.env.production', line: 1 }])).toContain(
      'STRIPE_SECRET_KEY accidental',
    )
  })

  it('is unverifiable where a value is not there to be read', () => {
    const secret = { state: 'reference', detail: 'secret/pay#key' } as const
    expect(only('sk_test_1', secret, {}, 'STRIPE_SECRET_KEY')?.intent).toBe('unverifiable')
    expect(only(secret, secret)?.intent).toBe('unverifiable')
    expect(only({ state: 'unknown', detail: 'why' }, '1')?.intent).toBe('unverifiable')
    expect(diffOf({}, { THING: { state: 'unknown', detail: 'why' } }).counts.unverifiable).toBe(1)
    expect(diffOf({}, { THING: secret }).counts.accidental).toBe(1)
    const report = (key: string) =>
      diffReport(diffOf({ [key]: secret }, { [key]: secret }), { unread: [], lookedAt: [] })
    expect(exitCodeOf(report('STRIPE_SECRET_KEY'))).toBe(2)
    expect(exitCodeOf(report('THEME'))).toBe(0)
  })
})

describe('a key that one side lacks', () => {
  it('is told with the default of its reader', () => {
    const reads = [{ default: { literal: '30', forEmpty: false } }]
    const difference = diffOf({}, { THING: '5' }, { reads }).differences[0]
    expect(difference).toMatchObject({ kind: 'missing', intent: 'accidental' })
    expect(difference?.sides[0].readersDefault).toEqual({
      shown: '30',
      location: { file: 'src/main.ts', line: 3 },
    })
    expect(diffOf({}, { THING: '30' }, { reads })).toMatchObject({
      differences: [],
      equalByDefault: 1,
    })
    const without = [...reads, { location: { file: 'b.ts', line: 1 } }]
    expect(diffOf({}, { THING: '30' }, { reads: without }).differences).toHaveLength(1)
    const disagreeing = [...reads, { default: { literal: '31', forEmpty: false } }]
    expect(diffOf({}, { THING: '30' }, { reads: disagreeing }).differences).toHaveLength(1)
  })

  it('is the same as an empty one only where the code sees it so', () => {
    expect(diffOf({}, { THING: '' }).differences).toHaveLength(1)
    const reads = [{ default: { literal: 'x', forEmpty: true } }]
    expect(diffOf({}, { THING: '' }, { reads }).differences).toEqual([])
  })
})

describe('the contract', () => {
  const keys = (rules: NonNullable<ConfigContract['keys']>[string]): Around => ({
    keys: { THING: rules },
  })

  it('declares, forbids and lets expire', () => {
    expect(only('1', '2', keys({ mayDiffer: { reason: 'larger', owner: 'me' } }))).toMatchObject({
      intent: 'declared',
      rule: { id: 'keys.THING.mayDiffer', reason: 'larger', owner: 'me' },
    })
    expect(
      only('1', '2', keys({ mayDiffer: { reason: 'x', expires: '2026-11-22' } })),
    ).toMatchObject({ intent: 'accidental', expired: true })
    expect(
      only('1', '2', keys({ mayDiffer: { reason: 'x', expires: '2026-11-23' } }))?.intent,
    ).toBe('declared')
    expect(only('1', '2', keys({ mustMatch: true, mayDiffer: { reason: 'x' } }))).toMatchObject({
      violated: true,
      blocking: true,
    })
    expect(only('1', '2', keys({ mustDiffer: true }))?.intent).toBe('declared')
    expect(only('1', '1', keys({ mustDiffer: true }))).toMatchObject({
      kind: 'same',
      violated: true,
      blocking: true,
    })
    expect(only('1', '1', keys({ mustDiffer: ['production', 'development'] }))).toBeUndefined()
    expect(only('1', '2', keys({ increasesAlong: ['staging', 'production'] }))?.intent).toBe(
      'declared',
    )
    expect(only('2', '1', keys({ increasesAlong: ['staging', 'production'] }))?.violated).toBe(true)
    const per = keys({ perEnvironment: { production: { values: ['2'] }, '*': { not: '2' } } })
    expect(only('1', '2', per)?.intent).toBe('declared')
    expect(only('1', '3', per)?.violated).toBe(true)
    expect(
      diffOf({}, { THING: '1' }, keys({ onlyIn: ['production'] })).differences[0]?.intent,
    ).toBe('declared')
    expect(
      diffOf({ THING: '1' }, {}, keys({ onlyIn: ['production'] })).differences[0]?.violated,
    ).toBe(true)
    expect(
      diffOf({ THING: '1' }, {}, keys({ required: ['production'] })).differences[0]?.violated,
    ).toBe(true)
  })

  it('names environments by what they are for', () => {
    const around = {
      ...keys({ onlyIn: ['production'] }),
      names: ['staging', 'prod-eu'] as [string, string],
    }
    expect(diffOf({}, { THING: '1' }, around).differences[0]?.intent).toBe('declared')
  })

  it('makes an expired acceptance a finding', () => {
    const diff = diffOf(
      { THING: '1' },
      { THING: '2' },
      keys({ mayDiffer: { reason: 'x', expires: '2026-01-01' } }),
    )
    const report = diffReport(diff, { unread: [], lookedAt: [] })
    expect(report.findings).toMatchObject([
      { rule: 'diff/expired-acceptance', severity: 'warning' },
    ])
    expect(exitCodeOf(report)).toBe(1)
  })
})

describe('the same value where it must differ', () => {
  it('is told of live keys, signing secrets and hosts of the other environment', () => {
    expect(only('sk_live_4eC39HqLyjWD', 'sk_live_4eC39HqLyjWD', {}, 'STRIPE_KEY')).toMatchObject({
      kind: 'same',
      blocking: true,
    })
    expect(only('kd83hf72hs91', 'kd83hf72hs91', {}, 'JWT_SECRET')).toMatchObject({
      kind: 'same',
      blocking: true,
    })
    expect(only('kd83hf72hs91', 'kd83hf72hs91', {}, 'WEATHER_API_KEY')).toMatchObject({
      kind: 'same',
      blocking: false,
    })
    expect(only('db.staging.internal', 'db.staging.internal', {}, 'DB_HOST')).toMatchObject({
      kind: 'same',
      because: 'production uses a host that names staging.',
    })
    expect(only('changeme', 'changeme', {}, 'JWT_SECRET')?.because).toBe(
      'Both use the same placeholder.',
    )
    const arn = { state: 'reference', detail: 'arn:aws:secretsmanager:x:jwt' } as const
    expect(only(arn, arn, {}, 'JWT_SECRET')).toMatchObject({ kind: 'same', blocking: true })
  })

  it('is nothing between two that are not production', () => {
    expect(
      only('kd83hf72hs91', 'kd83hf72hs91', { names: ['staging', 'development'] }, 'JWT_SECRET'),
    ).toBeUndefined()
  })
})

it('puts what hurts most first, and what fails before advice', () => {
  const given = (x: string): Given => ({
    LOG_LEVEL: `debug${x}`,
    PAYMENT_PROVIDER: `p${x}`,
    HTTP_TIMEOUT: `1${x}`,
    SESSION_STORE: `s${x}`,
  })
  const { differences } = diffOf(given('1'), given('2'))
  expect(differences.map(({ key }) => key)).toEqual([
    'PAYMENT_PROVIDER',
    'SESSION_STORE',
    'HTTP_TIMEOUT',
    'LOG_LEVEL',
  ])
  expect(differences.map(({ blocking }) => blocking)).toEqual([true, true, false, false])
  const effects = { keys: { LOG_LEVEL: { effect: 'money' as const } } }
  expect(
    diffOf({ LOG_LEVEL: 'info' }, { LOG_LEVEL: 'warn' }, effects).differences[0],
  ).toMatchObject({ blocking: true, blast: { inferred: false } })
})
