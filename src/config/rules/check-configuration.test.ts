import { describe, expect, test } from 'vitest'

import type { KeyRead } from '../key-read.ts'
import { checkTexts, toldBy } from './check-input.fixture.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

type Texts = Parameters<typeof checkTexts>[0]

const contract = (text: string): string => `version: 1\n${text}`
const keys = (text: string): string => contract(`keys:\n  ${text}`)

/** [rule and key, contract, what breaks it, what keeps it]. */
const rules: [string, string, Texts, Texts][] = [
  ['value PORT', keys('PORT: {type: integer, min: 1, max: 65535}'), { a: 'PORT=70000' }, { a: 'PORT=8080' }],
  ['value PORT', keys('PORT: {type: integer}'), { a: 'PORT=http' }, { a: 'PORT=' }],
  ['value LEVEL', keys('LEVEL: {type: enum, values: [info, warn]}'), { a: 'LEVEL=Info' }, { a: 'LEVEL=warn' }],
  ['value WAIT', keys('WAIT: {type: duration, max: 30, unit: s}'), { a: 'WAIT=5m' }, { a: 'WAIT=1500ms' }],
  ['value SIZE', keys('SIZE: {min: 1000000, unit: bytes}'), { a: 'SIZE=10kB' }, { a: 'SIZE=1MiB' }],
  ['value URL', keys('URL: {type: url, scheme: [https]}'), { a: 'URL=http://x.io' }, { a: 'URL=https://x.io' }],
  ['value URL', keys('URL: {host: [public]}'), { a: 'URL=http://10.0.0.1' }, { a: 'URL=https://x.io' }],
  ['value URL', keys('URL: {host: ["*.x.io"]}'), { a: 'URL=http://y.io' }, { a: 'URL=https://a.x.io' }],
  ['value ID', keys('ID: {matches: "/^[a-z]+$/"}'), { a: 'ID=A1' }, { a: 'ID=abc' }],
  ['value ID', keys('ID: {not: "/^x/"}'), { a: 'ID=xa' }, { a: 'ID=abc' }],
  ['value ID', keys('ID: {minBytes: 4}'), { a: 'ID="  é "' }, { a: 'ID=éé' }],
  ['value DATA', keys('DATA: {type: json}'), { a: "DATA='{x}'" }, { a: `DATA='{"x":1}'` }],
  ['value-per-environment A', keys('A: {perEnvironment: {production: {matches: "/^p/"}, "*": {not: "/^p/"}}}'), { production: 'A=x', staging: 'A=x' }, { production: 'A=px', staging: 'A=x' }],
  ['value-per-environment A', keys('A: {perEnvironment: {production: {matches: "/^p/"}, "*": {not: "/^p/"}}}'), { staging: 'A=px' }, { 'prod-eu': 'A=px' }],
  ['cross/requires B', contract('rules: [{requires: {if: A, keys: [B]}}]'), { a: 'A=1' }, { a: 'A=1\nB=2' }],
  ['cross/requires B', contract('rules: [{requires: {if: A, matches: on, keys: [B]}}]'), { a: 'A=on\nB=' }, { a: 'A=off' }],
  ['cross/excludes B', contract('rules: [{excludes: [A, B]}]'), { a: 'A=1\nB=2' }, { a: 'B=2' }],
  ['cross/oneOf A', contract('rules: [{oneOf: [A, B]}]'), { a: 'C=1' }, { a: 'B=2' }],
  ['cross/order HIGH', contract('rules: [{order: [LOW, HIGH]}]'), { a: 'LOW=10\nHIGH=9' }, { a: 'LOW=9\nHIGH=10' }],
  ['cross/sameMode PUB', contract('rules: [{sameMode: [SEC, PUB]}]'), { a: 'SEC=xnd_production_1\nPUB=rzp_test_1' }, { a: 'SEC=xnd_production_1\nPUB=rzp_live_1' }],
  ['cross/sameHost B', contract('rules: [{sameHost: [A, B]}]'), { a: 'A=https://x.io/a\nB=https://y.io' }, { a: 'A=https://x.io/a\nB=http://x.io:80' }],
  ['set-without-effect B', keys('B: {onlyIf: {key: A, matches: on}}'), { a: 'A=off\nB=1' }, { a: 'A=on\nB=1' }],
  ['must-match A', keys('A: {mustMatch: true}'), { x: 'A=1', y: 'A=2' }, { x: 'A=1', y: "A='1'" }],
  ['must-match A', keys('A: {mustMatch: true}'), { x: 'A=1', y: 'B=2' }, { x: 'B=1', y: 'B=1' }],
  ['must-differ A', keys('A: {mustDiffer: [x, y]}'), { x: 'A=1', y: 'A=1' }, { x: 'A=1', z: 'A=1' }],
  ['only-in A', keys('A: {onlyIn: [staging]}'), { x: 'A=1' }, { staging: 'A=1' }],
  ['absent-in A', keys('A: {absentIn: [production]}'), { prod: 'A=1' }, { staging: 'A=1' }],
  ['increases-along A', keys('A: {increasesAlong: [staging, production]}'), { production: 'A=2', staging: 'A=10' }, { production: 'A=10', staging: 'A=2' }],
  ['delivery/not-bound A', keys('A: {required: true}'), { a: 'A=' }, { a: 'A=1' }],
  ['delivery/not-bound A', keys('A: {required: [production]}'), { production: 'B=1' }, { staging: 'B=1' }],
  ['delivery/wrong-component A', keys('A: {component: worker}'), { a: { 'compose.yaml': 'services: {web: {image: x, environment: {A: x}}}' } }, { a: { 'compose.yaml': 'services: {worker: {image: x, environment: {A: x}}}' } }],
  ['delivery/wrong-phase A', keys('A: {phase: run}'), { a: { 'compose.yaml': 'services: {web: {build: {context: ., args: {A: x}}}}' } }, { a: { 'compose.yaml': 'services: {web: {image: x, environment: {A: x}}}' } }],
  ['time/expired A', keys('A: {expires: 2027-01-30}'), {}, {}],
  ['time/review-due A', keys('A: {reviewBy: 2026-01-01}'), {}, {}],
  ['time/exception-expired A', keys('A: {mayDiffer: {reason: x, expires: 2027-01-30}}'), {}, {}],
  ['contract/unknown-environment A', contract('environments: {production: {files: []}}\nkeys: {A: {onlyIn: [prodution]}}'), {}, {}],
  ['contract/unknown-pack payments', contract('withoutPacks: {payments: not here}'), {}, {}],
  ['contract/default A', keys('A: {type: integer, default: many}'), {}, {}],
] // prettier-ignore

describe('rules of the contract', () => {
  test.each(rules)('%s', (name, text, broken, kept) => {
    const found = checkTexts(broken, text)
    expect(toldBy(found)).toContain(name)
    expect(found.findings.every(({ locations }) => locations.length > 0)).toBe(true)
    // a rule of the contract alone has no environment that keeps it
    const others = Object.keys(kept).length === 0 ? [] : toldBy(checkTexts(kept, text))
    expect(others).toEqual([])
  })

  test('a day is over when the next one begins', () => {
    const text = keys('A: {expires: 2027-01-31, reviewBy: 2027-01-31}')
    expect(toldBy(checkTexts({}, text))).toEqual([])
    expect(toldBy(checkTexts({}, text, { today: '2027-02-01' }))).toHaveLength(2)
  })

  test('a pack that is switched off says nothing', () => {
    const texts = { production: 'NODE_TLS_REJECT_UNAUTHORIZED=0' }
    expect(toldBy(checkTexts(texts))).toHaveLength(1)
    expect(toldBy(checkTexts(texts, contract('withoutPacks: {transport: own CA}')))).toEqual([])
  })
})

describe('what is not known never passes', () => {
  const pod = (from: string): Texts => ({
    production: {
      'k.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, env: [{name: A, valueFrom: {${from}}}]}]}`,
    },
  })
  const secret = pod('secretKeyRef: {name: s, key: k}')
  const unknown = pod('configMapKeyRef: {name: s, key: k}')

  test.each([
    ['a type', keys('A: {type: integer}')],
    ['a shape', keys('A: {matches: "/x/"}')],
    ['a rule of the environment', keys('A: {perEnvironment: {production: {minBytes: 9}}}')],
    ['an order', contract('rules: [{order: [A, B]}]')],
    ['a host', contract('rules: [{sameHost: [A, B]}]')],
    ['a rise', keys('A: {increasesAlong: [staging, production]}')],
  ])('%s', (_what, text) => {
    for (const texts of [secret, unknown]) {
      const { findings, notAnalysed } = checkTexts(texts, text)
      expect(findings).toEqual([])
      expect(notAnalysed.length).toBeGreaterThan(0)
    }
  })

  test('that it is there is enough where no rule needs the value', () => {
    const { findings, notAnalysed } = checkTexts(secret, keys('A: {type: string, required: true}'))
    expect({ findings, notAnalysed }).toEqual({ findings: [], notAnalysed: [] })
  })

  test('a pattern that would never end is told, and the check goes on', () => {
    const spent = cpuClock()
    const { notAnalysed } = checkTexts(
      { a: `A=${'a'.repeat(40)}b` },
      keys('A: {matches: "/^(a+)+$/"}'),
    )
    expect(notAnalysed.map(({ kind }) => kind)).toEqual(['pattern'])
    expect(spent()).toBeLessThan(2000)
  })
})

describe('the chain to the code', () => {
  const read = (key: string, more: Partial<KeyRead> = {}): KeyRead => ({
    key,
    template: key.includes('*'),
    tier: 'direct',
    language: 'typescript',
    location: { file: 'src/a.ts', line: 1 },
    component: 'apps/web',
    phase: 'run',
    ...more,
  })

  test('declared and read by nobody, by tests only, or elsewhere', () => {
    const text = keys('A: {}\n  B: {component: worker}\n  C: {}\n  SHOP_EU_URL: {}')
    const reads = [read('B'), read('C', { phase: 'test' }), read('SHOP_*_URL')]
    expect(toldBy(checkTexts({}, text, { reads }))).toEqual([
      'delivery/not-read A',
      'delivery/not-read C',
      'delivery/read-elsewhere B',
    ])
  })

  test('what the code refuses to go on without is declared', () => {
    const reads = [read('A', { required: true }), read('B')]
    expect(toldBy(checkTexts({}, keys('B: {}'), { reads }))).toEqual(['delivery/not-declared A'])
  })

  test('a name that is nearly the one that is read', () => {
    const near = checkTexts({ a: 'DATABSE_URL=x\nOTHER=1' }, undefined, {
      reads: [read('DATABASE_URL'), read('REDIS_URL')],
    })
    expect(toldBy(near)).toEqual(['pack/near-miss-name DATABSE_URL'])
    const both = checkTexts({ a: 'REDIS_URL_1=x' }, undefined, { reads: [read('REDIS_URL_2')] })
    expect(toldBy(both)).toEqual([])
  })

  test('readers of one file that mean different things by it', () => {
    const told = checkTexts({ production: 'TITLE=a#b\nPLAIN=x' }, undefined, {
      reads: [read('TITLE'), read('PLAIN', { language: 'python' })],
    })
    expect(toldBy(told)).toEqual(['pack/dialect-divergence TITLE'])
  })
})

test('no value of a key that may be a secret is in any answer', () => {
  const secret = 'Zq7-veryPrivate-91'
  const texts: Texts = {
    production: `JWT_SECRET=${secret}\nSTRIPE_SECRET_KEY=sk_test_${secret}\nDATABASE_URL=postgres://a:${secret}@localhost/x?sslmode=disable\nAPI_TOKEN=" ${secret} "\nA=1\nA=2`,
    staging: `JWT_SECRET=${secret}\nSTRIPE_SECRET_KEY=sk_live_${secret}`,
  }
  const text = keys(
    'JWT_SECRET: {type: integer, mustDiffer: true, matches: "/x/"}\n  API_TOKEN: {mustMatch: true, host: [public], minBytes: 400}',
  )
  const outcome = checkTexts(texts, text)
  expect(outcome.findings.length).toBeGreaterThan(6)
  expect(JSON.stringify([outcome.findings, outcome.notAnalysed])).not.toContain('veryPrivate')
})
