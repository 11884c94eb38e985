import { describe, expect, it } from 'vitest'

import type { Context, Scalar } from '../condition.ts'
import { decide } from '../decide.ts'
import { readFlags } from './read-flags.ts'
import { cpuClock } from '../../../../test/cpu-clock.ts'

const context = (fields: Record<string, Scalar>): Context => new Map(Object.entries(fields))

function decided(
  export_: unknown,
  key: string,
  environment: string,
  fields: Record<string, Scalar>,
): unknown {
  const read = readFlags({
    file: 'flags.json',
    text: JSON.stringify(export_),
    environment: 'production',
  })
  const flags = new Map(read.flags.map((flag) => [flag.key, flag]))
  const found = flags.get(key)?.environments.find(({ name }) => name === environment)
  const shares = [...decide(found!, context(fields), flags).shares]
  return Object.fromEntries(shares.map(([variant, percent]) => [String(variant), percent]))
}

describe('flagd', () => {
  const flags = {
    flags: {
      colour: {
        state: 'ENABLED',
        variants: { red: '#f00', blue: '#00f' },
        defaultVariant: 'red',
        targeting: {
          if: [
            { $ref: 'staff' },
            { fractional: [{ var: 'email' }, ['red', 25], ['blue', 75]] },
            null,
          ],
        },
      },
      young: { variants: { true: 1, false: 2 }, targeting: { '<': [{ var: 'age' }, 18] } },
    },
    $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] } },
  }
  it.each<[string, Record<string, Scalar>, unknown]>([
    ['colour', { email: 'a@example.com' }, { red: 25, blue: 75 }],
    ['colour', { email: 'a@example.org' }, { red: 100 }],
    ['young', { age: 20 }, { false: 100 }],
    // null counts as 0
    ['young', {}, { true: 100 }],
  ])('%s for %j', (key, fields, expected) => {
    expect(decided(flags, key, 'production', fields)).toEqual(expected)
  })

  it('is read from YAML too, with lines', () => {
    const text = 'flags:\n  a:\n    state: DISABLED\n    variants: {x: 1}\n'
    const [flag] = readFlags({ file: 'x.flagd.yaml', text, environment: 'e' }).flags
    expect([flag?.environments[0]?.on, flag?.location.line]).toEqual([false, 3])
  })
})

it('LaunchDarkly: targets, negated clauses, rollouts, prerequisites and the off variation', () => {
  const environment = {
    on: true,
    targets: [{ values: ['u1'], variation: 1 }],
    rules: [
      { clauses: [{ attribute: 'country', op: 'in', values: ['no'], negate: true }], variation: 0 },
    ],
    fallthrough: {
      rollout: {
        variations: [
          { variation: 0, weight: 10_000 },
          { variation: 1, weight: 90_000 },
        ],
      },
    },
    offVariation: 1,
  }
  const variations = [{ value: true }, { value: false }]
  const items = [
    {
      key: 'a',
      variations,
      environments: { production: environment, staging: { ...environment, on: false } },
    },
    {
      key: 'b',
      variations,
      environments: { production: { ...environment, prerequisites: [{ key: 'a', variation: 0 }] } },
    },
  ]
  expect(decided({ items }, 'a', 'production', { key: 'u1' })).toEqual({ false: 100 })
  expect(decided({ items }, 'a', 'production', { country: 'se' })).toEqual({ true: 100 })
  expect(decided({ items }, 'a', 'production', {})).toEqual({ true: 10, false: 90 })
  expect(decided({ items }, 'a', 'staging', {})).toEqual({ false: 100 })
  expect(decided({ items }, 'b', 'production', { key: 'u1' })).toEqual({ false: 100 })
  expect(decided({ items }, 'b', 'production', { country: 'se' })).toEqual({ true: 100 })
})

it('Unleash: an export of one environment, segments, several strategies', () => {
  const document = {
    features: [{ name: 'a', type: 'release' }],
    featureStrategies: [
      {
        featureName: 'a',
        name: 'flexibleRollout',
        parameters: { rollout: '40', stickiness: 'userId' },
      },
      { featureName: 'a', name: 'default', segments: [1] },
    ],
    featureEnvironments: [{ featureName: 'a', environment: 'live', enabled: true }],
    segments: [
      {
        id: 1,
        constraints: [{ contextName: 'n', operator: 'NUM_GT', value: '5', inverted: true }],
      },
    ],
  }
  expect(decided(document, 'a', 'live', { userId: '1', n: 9 })).toEqual({
    enabled: 40,
    disabled: 60,
  })
  expect(decided(document, 'a', 'live', { n: 9 })).toEqual({ disabled: 100 })
  expect(decided(document, 'a', 'live', { n: 3 })).toEqual({ enabled: 100 })
})

it('GrowthBook: conditions as text, coverage, weights, disabled environments', () => {
  const rules = [
    { type: 'force', enabled: true, condition: '{"country":{"$in":["no"]}}', value: 'true' },
    { type: 'rollout', enabled: true, value: 'true', coverage: 0.2, hashAttribute: 'id' },
    { type: 'force', enabled: false, value: 'true' },
  ]
  const document = {
    features: [
      {
        id: 'a',
        valueType: 'boolean',
        defaultValue: 'false',
        environments: { live: { enabled: true, rules }, dev: { enabled: false } },
      },
    ],
  }
  expect(decided(document, 'a', 'live', { country: 'no' })).toEqual({ true: 100 })
  expect(decided(document, 'a', 'live', { id: 'x' })).toEqual({ true: 20, false: 80 })
  expect(decided(document, 'a', 'dev', {})).toEqual({ 'Symbol(code default)': 100 })
})

describe('bad input', () => {
  const deep = (open: string, close: string): string =>
    open.repeat(20_000) + '1' + close.repeat(20_000)
  it.each([
    ['broken JSON', '{"flags":\n {"a": }}', 2],
    ['nothing', '', 1],
    ['something else', '{"name": "x", "version": "1"}', 1],
    ['a flag that is no object', '{"flags": {"b": {"variants": {}},\n "a": 3}}', 2],
    ['no known state', '{"flags": {\n"a": {"state": "ON", "variants": {}}}}', 2],
  ])('%s is told with its place', (_, text, line) => {
    const { unread } = readFlags({ file: 'x.json', text, environment: 'e' })
    expect(unread).toHaveLength(1)
    expect(unread[0]?.location).toEqual({ file: 'x.json', line })
  })

  it.each([
    [
      'nested targeting',
      `{"flags":{"a":{"variants":{"x":1},"targeting":${deep('{"!":[', ']}')}}}}`,
    ],
    ['a nested document', deep('[', ']')],
    [
      'a shared condition that calls itself',
      '{"flags":{"a":{"variants":{"x":1},"targeting":{"if":[{"$ref":"r"},"x"]}}},"$evaluators":{"r":{"$ref":"r"}}}',
    ],
    [
      'hostile names',
      '{"flags":{"__proto__":{"variants":{"constructor":true},"defaultVariant":"toString"}}}',
    ],
  ])('%s neither crashes nor hangs', (_, text) => {
    const spent = cpuClock()
    const { flags } = readFlags({ file: 'x.json', text, environment: 'e' })
    for (const flag of flags) decide(flag.environments[0]!, new Map(), new Map())
    expect(spent()).toBeLessThan(2000)
  })
})
