import { inspect } from 'node:util'
import { describe, expect, it, test } from 'vitest'

import type { Declaration } from '../declarations/declaration.ts'
import type { KeyRead } from '../key-read.ts'
import { environmentsOf } from '../rules/check-input.fixture.ts'
import { SealedValue } from '../sealed-value.ts'
import { planned, readOf } from './mutants.fixture.ts'
import type { MutationOperator } from './operators.ts'
import { mutationOperators, operatorWords } from './operators.ts'

const token = 'sk_live_abcDEF0123456789'

/** [operator, line of the environment, what comes of it; undefined = it does not fit]. */
const cases: [MutationOperator, string, string | undefined][] = [
  ['unset', 'A_KEY=x', 'unset'],
  ['empty', 'A_KEY=x', 'empty'],
  ['empty', 'A_KEY=', undefined],
  ['newline', 'NAME=x', 'set x\n'],
  ['quoted', 'NAME=x', 'set x'],
  ['wrong-type', 'ON=true', 'set maybe'],
  ['wrong-type', 'LIMIT=5', 'set many'],
  ['wrong-type', 'BASE=https://a.shop.com', 'set not an address'],
  ['wrong-type', 'NAME=word', undefined],
  ['out-of-range', 'LIMIT=5', 'set -5'],
  ['out-of-range', 'LIMIT=0', 'set -1'],
  ['out-of-range', 'WAIT=30s', 'set -30s'],
  ['out-of-range', 'HTTP_PORT=80', 'set 70000'],
  ['unit-thousandfold', 'WAIT=30', 'set 30000'],
  ['unit-thousandfold', 'WAIT=0.5s', 'set 500s'],
  ['unit-thousandfold', 'WAIT=1.2345', 'set 1234.5'],
  ['unit-thousandfold', 'WAIT=0', undefined],
  ['unit-thousandfold', 'HTTP_PORT=80', undefined],
  ['unit-thousandfold', 'BUILD_ID=80', undefined],
  ['enum-sibling', 'LOG_LEVEL=info', 'set warn'],
  ['enum-sibling', 'LOG_LEVEL=INFO', 'set WARN'],
  ['enum-sibling', 'PAYMENT_PROCESSOR=stripe', 'set paypal'],
  ['enum-sibling', 'SHAPE=square', undefined],
  ['boolean-synonym', 'ON=true', 'set on'],
  ['boolean-synonym', 'ON=False', 'set Off'],
  ['flag-flipped', 'FEATURE_NEW=true', 'set false'],
  ['flag-flipped', 'FEATURE_NEW=OFF', 'set ON'],
  ['flag-flipped', 'FEATURE_NEW=1', undefined],
  ['near-miss-name', 'PAYMENT_PROCESSOR=x', 'unset PAYMENT_PROCESOR=x'],
  ['near-miss-name', 'AB=x', undefined],
  ['scheme', 'API_BASE=https://a.shop.com/x', 'set http://a.shop.com/x'],
  ['scheme', 'DATABASE_URL=postgres://u:p@db:5432/x', 'set mysql://u:p@db:5432/x'],
  ['host', 'API_BASE=https://a.shop.com:1/x', 'set https://old.a.shop.com:1/x'],
  ['host', 'DATABASE_URL=postgres://u:p@db:5432/x', 'set postgres://u:p@old-db:5432/x'],
  ['host', 'CACHE_HOST=10.0.0.9', 'set 192.0.2.44'],
  ['host', 'FILE=index.js', undefined],
  ['host', 'WORKERS_HOST_COUNT=7', undefined],
  ['port', 'DATABASE_URL=postgres://u:p@db:5432/x', 'set postgres://u:p@db:5433/x'],
  ['port', 'HTTP_PORT=65535', 'set 65534'],
  ['port', 'BROKER=a:9092', 'set a:9093'],
  ['port', 'TIME=10:30', undefined],
  ['truncated-secret', `API_KEY=${token}`, `set ${token.slice(0, 18)}`],
  ['truncated-secret', 'DATABASE_URL=postgres://u:12345678@db/x', 'set postgres://u:123456@db/x'],
  ['truncated-secret', 'NAME=longer', undefined],
  ['unit-thousandfold', 'API_TOKEN=123456', undefined],
  ['enum-sibling', 'API_TOKEN=info', undefined],
  ['out-of-range', 'API_TOKEN=123456', undefined],
  ['default-value', 'A_KEY=x', undefined],
]

test.each(cases)('%s: %s', (operator, line, expected) => {
  expect(planned({ production: line }).of(line.split('=')[0]!, operator)).toBe(expected)
})

test('every operator has words, and is tried in some case', () => {
  expect(Object.keys(operatorWords)).toEqual([...mutationOperators])
  const tried = new Set(cases.map(([operator]) => operator))
  const elsewhere = [
    'rotated-secret',
    'trailing-space',
    'other-environment',
    'previous-value',
    'duplicate-key',
  ]
  expect(mutationOperators.filter((it) => !tried.has(it)).toSorted()).toEqual(elsewhere.toSorted())
})

describe('a secret', () => {
  it('is rotated to another one of the same shape, the same each time', () => {
    const made = planned({ production: `API_KEY=${token}` }).of('API_KEY', 'rotated-secret')
    expect(made).toMatch(/^set sk_live_[a-z]{3}[A-Z]{3}\d{10}$/)
    expect(made).not.toContain('abcDEF')
    expect(planned({ production: `API_KEY=${token}` }).of('API_KEY', 'rotated-secret')).toBe(made)
  })

  it('in an address is its password alone', () => {
    const at = (line: string) => planned({ production: line }).of('DATABASE_URL', 'rotated-secret')
    expect(at('DATABASE_URL=postgres://user:pass1234@db.shop.com:5432/x')).toMatch(
      /^set postgres:\/\/user:(?!pass)[a-z]{4}\d{4}@db\.shop\.com:5432\/x$/,
    )
    expect(at('DATABASE_URL=postgres://db.shop.com:5432/x')).toBeUndefined()
  })

  it('that lies elsewhere is only lost, and said to be unknown', () => {
    const compose = 'services:\n  web:\n    environment:\n      API_KEY: ${API_KEY:?needed}\n'
    const [environment] = environmentsOf({ production: { 'compose.yaml': compose } })
    const { mutants } = planned(
      { production: '' },
      { environment: environment!, reads: [readOf('API_KEY')] },
    )
    expect(mutants.map(({ operator, unknownBefore }) => [operator, unknownBefore])).toEqual([
      ['unset', true],
      ['empty', true],
    ])
  })
})

it('takes what the dialect of the file makes of a space or of quotation marks', () => {
  const at = (path: string, operator: MutationOperator) => {
    const [environment] = environmentsOf({ production: { [path]: 'NAME=word' } })
    for (const binding of environment!.bindings) {
      if (path.includes('docker')) binding.dialect = 'docker'
    }
    return planned({ production: '' }, { environment: environment!, reads: [readOf('NAME')] }).of(
      'NAME',
      operator,
    )
  }
  // equal texts are one mutant
  expect(at('.env.production', 'quoted')).toBe('set word')
  expect(at('.env.production', 'trailing-space')).toBeUndefined()
  expect(at('docker.env', 'quoted')).toBe('set "word"')
  expect(at('docker.env', 'trailing-space')).toBe('set word ')
})

describe('values from elsewhere', () => {
  it('are those of the environment that is likeliest to be mixed up, where they differ', () => {
    const { of, mutants } = planned({
      production: 'MODE_NAME=a\nSAME=1',
      development: 'MODE_NAME=c\nSAME=1\nONLY_DEV=z',
      staging: 'MODE_NAME=b\nSAME=1',
    })
    expect(of('MODE_NAME', 'other-environment')).toBe('set b')
    expect(mutants.find(({ change }) => change.includes('staging'))?.change).toBe(
      'the value of staging',
    )
    expect(of('SAME', 'other-environment')).toBeUndefined()
    expect(of('ONLY_DEV', 'other-environment')).toBeUndefined()
  })

  it('are given to a key that only the code and others know', () => {
    const { of, mutants } = planned(
      { production: 'A_KEY=1', staging: 'PAYMENT_MODE=sandbox' },
      { reads: [readOf('A_KEY'), readOf('PAYMENT_MODE')] },
    )
    expect(of('PAYMENT_MODE', 'other-environment')).toBe('set sandbox')
    expect(mutants.filter(({ key }) => key === 'PAYMENT_MODE')).toHaveLength(1)
  })

  it('come from history, from the code, from a second line', () => {
    const sample: Declaration = {
      key: 'A_KEY', kind: 'sample', component: '', location: { file: '.env.example', line: 3 }, example: new SealedValue('sample'),
    } // prettier-ignore
    const reads: KeyRead[] = [readOf('A_KEY', { default: { literal: 'd', forEmpty: false } })]
    const { of, mutants } = planned(
      { production: 'A_KEY=x' },
      { reads, previous: new Map([['A_KEY', new SealedValue('was')]]), declarations: [sample] },
    )
    expect(of('A_KEY', 'previous-value')).toBe('set was')
    expect(of('A_KEY', 'default-value')).toBe('set d')
    expect(of('A_KEY', 'duplicate-key')).toBe('set sample')
    expect(mutants.map(({ change }) => change)).toContain(
      'set twice: the line of .env.example wins',
    )
  })

  it('are the range and the values of the contract', () => {
    const contractText = 'version: 1\nkeys: {POOL: {min: 2, max: 9}, COLOUR: {values: [red, blue]}}'
    const { of } = planned({ production: 'POOL=5\nCOLOUR=blue' }, { contractText })
    expect(of('POOL', 'out-of-range')).toBe('set 10')
    expect(of('COLOUR', 'enum-sibling')).toBe('set red')
    expect(of('COLOUR', 'wrong-type')).toBe('set none-of-these')
  })
})

describe('the plan', () => {
  const texts = {
    production: 'LOG_LEVEL=info\nPAYMENT_PROCESSOR=stripe\nHTTP_PORT=80',
    staging: 'PAYMENT_PROCESSOR=adyen\nLOG_LEVEL=debug',
  }

  it('begins with one wrong value of every key, the worst key first', () => {
    const { mutants } = planned(texts)
    expect(mutants.slice(0, 4).map(({ key, operator }) => `${key} ${operator}`)).toEqual([
      'PAYMENT_PROCESSOR other-environment',
      'HTTP_PORT unset',
      'LOG_LEVEL other-environment',
      'PAYMENT_PROCESSOR unset',
    ])
    const pairs = mutants.map(({ key, operator }) => `${key} ${operator}`)
    expect(new Set(pairs).size).toBe(pairs.length)
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length)
  })

  it('is the same each time, and takes only what is asked for', () => {
    expect(planned(texts).mutants).toEqual(planned(texts).mutants)
    const { mutants } = planned(texts, {
      keys: ['HTTP_PORT'],
      operators: ['port', 'unset', 'scheme'],
    })
    expect(mutants.map(({ key, operator }) => `${key} ${operator}`)).toEqual([
      'HTTP_PORT unset',
      'HTTP_PORT port',
    ])
  })

  it('leaves out what only tests or the machine set', () => {
    expect(planned({ production: 'PATH=/x\nHOME=/y' }).mutants).toEqual([])
  })

  it('has ids that tell nothing without the secret, and no value in sight', () => {
    const canary = 'canary-7f3a9b'
    const line = {
      production: `API_KEY=${canary}\nSITE=https://${canary}.shop.com\nMODE_NAME=${canary}`,
      staging: `MODE_NAME=${canary}2`,
    }
    const { mutants } = planned(line, {
      previous: new Map([['MODE_NAME', new SealedValue(`${canary}0`)]]),
    })
    expect(mutants.length).toBeGreaterThan(20)
    for (const text of [JSON.stringify(mutants), inspect(mutants, { depth: 9 })]) {
      expect(text).not.toContain('canary')
    }
    const other = planned(line, { secret: new Uint8Array(32).fill(8) }).mutants
    const set = mutants.filter(({ state }) => state === 'set').map(({ id }) => id)
    expect(other.filter(({ id }) => set.includes(id))).toEqual([])
  })
})
