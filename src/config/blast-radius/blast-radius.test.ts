import { describe, expect, it } from 'vitest'
import { effectClasses } from '../config-finding.ts'
import { blastRadius } from './blast-radius.ts'
import { exposureOf } from './exposure-of.ts'
import { inferEffect } from './infer-effect.ts'

const read = (file: string, sink?: string) => ({
  location: { file, line: 4 },
  phase: 'run' as const,
  tier: 'direct' as const,
  ...(sink === undefined ? {} : { sink }),
})

describe('what a wrong value may do', () => {
  it.each([
    ['PAYMENT_PROVIDER', 'money'],
    ['JWT_SECRET', 'auth'],
    ['DATABASE_URL', 'data-loss'],
    ['DB_POOL_SIZE', 'availability'],
    ['DB_TIMEOUT', 'availability'],
    ['PAYMENT_TIMEOUT', 'money'],
    ['LOG_LEVEL', 'cosmetic'],
    ['AUTHOR_NAME', undefined],
  ])('%s: %s', (key, effect) => {
    expect(inferEffect(key, [])).toMatchObject({ effect, inferred: true })
  })

  it('is told by what the value is handed to where that is worse', () => {
    expect(inferEffect('ACME', [read('src/pay.ts', 'new Stripe')])).toEqual({
      effect: 'money',
      inferred: true,
      because: 'src/pay.ts:4 hands it to a payment client',
    })
    expect(inferEffect('JWT_SECRET', [read('src/a.ts', 'fetch')]).effect).toBe('auth')
    expect(inferEffect('ACME', [read('src/a.ts', 'new Stripe')], 'cosmetic')).toMatchObject({
      effect: 'cosmetic',
      inferred: false,
    })
  })
})

it('sees from where a key is read when it is met', () => {
  expect(exposureOf([read('src/config/index.ts')])).toBe('boot')
  expect(exposureOf([read('src/routes/cart.ts')])).toBe('request')
  expect(exposureOf([read('src/errors/report.ts')])).toBe('error-path')
  expect(exposureOf([read('src/errors/report.ts'), read('src/routes/cart.ts')])).toBe('request')
  expect(exposureOf([])).toBe('unknown')
})

it('grows with each of its parts', () => {
  const effect = (name: (typeof effectClasses)[number]) => ({
    effect: name,
    inferred: false,
    because: '',
  })
  const base = { reach: 1, exposure: 'request', earliestKiller: 'not-measured' } as const
  const scores = effectClasses.map((name) => blastRadius(effect(name), base).score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  const of = (changes: object): number => blastRadius(effect('auth'), { ...base, ...changes }).score
  expect(of({ reach: 4 })).toBeGreaterThan(of({}))
  expect(of({ reach: 4000 })).toBe(of({ reach: 400 }))
  expect(of({ exposure: 'error-path' })).toBeGreaterThan(of({}))
  expect(of({ earliestKiller: 'boot-check' })).toBeLessThan(of({}))
  expect(of({ earliestKiller: 'nobody' })).toBeGreaterThan(of({}))
})
