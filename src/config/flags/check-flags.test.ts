import { describe, expect, it } from 'vitest'

import type { PlantedFlags } from './flags.fixture.ts'
import { checkPlanted, rulesOf } from './flags.fixture.ts'

const onOff = { on: true, off: false }
const flag = (more: object = {}): object => ({
  state: 'ENABLED',
  variants: onOff,
  defaultVariant: 'off',
  targeting: { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] },
  ...more,
})
const feature = (name: string, more: object = {}): object => ({
  name,
  enabled: true,
  strategies: [{ name: 'flexibleRollout', parameters: { rollout: '50', stickiness: 'random' } }],
  ...more,
})
const production = (...features: object[]): PlantedFlags => ({
  unleash: { production: { version: 1, features } },
})
const mail = (operator: string, values: string[]): object => ({
  name: 'default',
  constraints: [{ contextName: 'mail', operator, values }],
})

/** Each class of fault: a planted case, and a harmless twin in which as little as possible differs. */
const cases: [string, PlantedFlags, PlantedFlags][] = [
  [
    'ambiguous-source',
    { flagd: { production: { f: flag({ defaultVariant: 'on' }) } }, code: { f: [false] } },
    { flagd: { production: { f: flag() } }, code: { f: [false] } },
  ],
  [
    'ambiguous-defaults',
    { flagd: { production: { f: flag() } }, code: { f: [false, true] } },
    { flagd: { production: { f: flag() } }, code: { f: [false, false] } },
  ],
  [
    'ambiguous-context',
    {
      flagd: {
        production: { f: flag({ targeting: { if: [{ '!=': [{ var: 'plan' }, 'free'] }, 'on'] } }) },
      },
    },
    {
      flagd: {
        production: { f: flag({ targeting: { if: [{ '==': [{ var: 'plan' }, 'free'] }, 'on'] } }) },
      },
    },
  ],
  [
    'undefined-variant',
    { flagd: { production: { f: flag({ defaultVariant: 'of' }) } } },
    { flagd: { production: { f: flag({ defaultVariant: null }) } } },
  ],
  [
    'unreachable-rule',
    production(feature('f', { strategies: [mail('IN', ['a', 'b']), mail('IN', ['a'])] })),
    production(feature('f', { strategies: [mail('IN', ['a']), mail('IN', ['a', 'b'])] })),
  ],
  [
    'one-sided',
    { flagd: { production: { f: flag({ targeting: {} }) } } },
    { flagd: { production: { f: flag({ targeting: {}, metadata: { type: 'kill-switch' } }) } } },
  ],
  [
    'environment-divergent',
    { flagd: { production: { f: flag() }, staging: { f: flag({ defaultVariant: 'on' }) } } },
    {
      flagd: {
        production: { f: flag() },
        staging: { f: flag({ variants: { off: false, on: true } }) },
      },
    },
  ],
  [
    'code-only',
    { flagd: { production: { other: flag() } }, code: { f: [false] } },
    { flagd: { production: { f: flag() } }, code: { f: [false] } },
  ],
  [
    'platform-only',
    { flagd: { production: { f: flag() } }, code: { other: [false] } },
    { flagd: { production: { f: flag() } }, code: { f: [false] } },
  ],
  [
    'expired',
    production(feature('f', { type: 'release', createdAt: '2026-09-01' })),
    production(feature('f', { type: 'release', createdAt: '2026-11-01' })),
  ],
  [
    'stale',
    production(
      feature('f', { type: 'release', createdAt: '2026-09-01', strategies: [{ name: 'default' }] }),
    ),
    production(
      feature('f', { type: 'release', createdAt: '2026-11-01', strategies: [{ name: 'default' }] }),
    ),
  ],
  [
    'stale',
    {
      ...production(feature('f', { type: 'release', createdAt: '2026-09-01' })),
      evidence: [{ flag: 'x', environment: 'production', variant: 'enabled', count: 1 }],
    },
    {
      ...production(feature('f', { type: 'release', createdAt: '2026-09-01' })),
      evidence: [{ flag: 'f', environment: 'production', variant: 'enabled', count: 1 }],
    },
  ],
  [
    'stale-depended-on',
    production(
      feature('f', { type: 'release', createdAt: '2026-09-01', strategies: [] }),
      feature('child', { dependencies: [{ feature: 'f' }] }),
    ),
    production(
      feature('f', { type: 'release', createdAt: '2026-09-01', strategies: [] }),
      feature('child'),
    ),
  ],
  [
    'prerequisite-cycle',
    production(
      feature('f', { dependencies: [{ feature: 'g' }] }),
      feature('g', { dependencies: [{ feature: 'f' }] }),
    ),
    production(
      feature('f', { dependencies: [{ feature: 'g' }, { feature: 'h' }] }),
      feature('g', { dependencies: [{ feature: 'h' }] }),
      feature('h'),
    ),
  ],
  [
    'missing-prerequisite',
    production(feature('f', { dependencies: [{ feature: 'gone' }] })),
    production(feature('f', { dependencies: [{ feature: 'there' }] }), feature('there')),
  ],
  [
    'kill-switch-unexercised',
    { ...production(feature('f', { type: 'kill-switch' })), code: { f: [false] } },
    { ...production(feature('f', { type: 'kill-switch' })), code: { f: [false] }, tests: ['f'] },
  ],
  [
    'kill-switch-unexercised',
    {
      ...production(feature('f', { type: 'kill-switch' })),
      evidence: [{ flag: 'f', environment: 'production', variant: 'enabled', count: 9 }],
    },
    {
      ...production(feature('f', { type: 'kill-switch' })),
      evidence: ['enabled', 'disabled'].map((variant) => ({
        flag: 'f',
        environment: 'production',
        variant,
        count: 1,
      })),
    },
  ],
]

describe('each class of fault', () => {
  it.each(cases)('%s is found, and its harmless twin is not', (rule, planted, harmless) => {
    expect(rulesOf(checkPlanted(planted), 'f')).toContain(rule)
    expect(rulesOf(checkPlanted(harmless), 'f')).not.toContain(rule)
  })
})

describe('the decision table', () => {
  it('says what each environment gets from each source', () => {
    const { table } = checkPlanted({
      flagd: {
        production: { f: flag({ defaultVariant: 'on' }) },
        staging: { f: flag({ state: 'DISABLED' }) },
      },
      code: { f: [false] },
    })
    expect(table[0]?.sentence).toBe(
      'If the flag service is down at boot, production gets false (now true), staging gets false, as now.',
    )
    expect(table[0]?.environments[0]).toEqual({
      name: 'production',
      on: true,
      now: 'true',
      platformDefault: 'true',
      platformDisabled: 'false',
      codeDefault: 'false',
      rules: [{ name: 'rule 1', gets: 'true' }],
      changesWhenDown: true,
    })
  })

  it('never shows a text that may be a secret', () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
    const outcome = checkPlanted({
      flagd: {
        production: { f: flag({ variants: { on: secret, off: 'x' }, defaultVariant: 'on' }) },
      },
      code: { f: [secret, 'y'] },
    })
    expect(JSON.stringify(outcome)).not.toContain(secret)
  })
})

it('says what cannot be told instead of passing it', () => {
  const { report } = checkPlanted(
    production(feature('f', { strategies: [{ name: 'own', parameters: {} }] })),
  )
  expect(report.notAnalysed.map(({ kind }) => kind)).toEqual(['unknown-decision'])
})

it('does not take what nobody knows for an answer', () => {
  const known = checkPlanted({ flagd: { production: { f: flag() } }, code: { f: [false] } })
  expect(known.report.headline).toContain('the answer changes for 0 in production.')
  const unknown = checkPlanted({ flagd: { production: { f: flag() } } })
  expect(unknown.report.headline).toContain('cannot be told')
})
