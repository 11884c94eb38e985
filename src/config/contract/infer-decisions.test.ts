import { expect, test } from 'vitest'
import type { KeyRead } from '../key-read.ts'
import { environmentsOf } from '../rules/check-input.fixture.ts'
import type { KeyContract } from './config-contract.ts'
import { inferDecisions } from './infer-decisions.ts'

const read = (key: string, literal?: string): KeyRead => ({
  key,
  template: false,
  tier: 'direct',
  language: 'javascript',
  location: { file: 'src/a.ts', line: 1 },
  component: '',
  phase: 'run',
  ...(literal === undefined ? {} : { default: { literal, forEmpty: false } }),
})

function decided(
  texts: Record<string, string>,
  contract: KeyContract,
  ...reads: KeyRead[]
): KeyContract {
  const key = reads[0]!.key
  const keys = { [key]: contract }
  inferDecisions(keys, { environments: environmentsOf(texts), reads: new Map([[key, reads]]) })
  return keys[key]!
}

const money: KeyContract = { type: 'enum', values: ['clearline', 'sandbox'], effect: 'money' }
const processor = 'PAYMENT_PROCESSOR'
const right = { production: `${processor}=clearline`, staging: `${processor}=clearline` }

test('a choice about money is written down for each environment, and may not be left to the default', () => {
  expect(decided(right, { ...money }, read(processor, 'sandbox'))).toEqual({
    ...money,
    values: ['clearline', 'sandbox'],
    required: true,
    perEnvironment: {
      production: { values: ['clearline'] },
      staging: { values: ['clearline'] },
    },
  })
})

test('required only where an environment sets something else than the default', () => {
  const texts = { production: `${processor}=clearline`, staging: `${processor}=sandbox` }
  expect(decided(texts, { ...money }, read(processor, 'sandbox')).required).toEqual(['production'])
  expect(decided(right, { ...money }, read(processor, 'clearline')).required).toBeUndefined()
  // who reads it without a default asks for it already
  const reads = [read(processor, 'sandbox'), read(processor)]
  expect(decided(right, { ...money }, ...reads).required).toBeUndefined()
})

test('what the packs find wrong today is not written down as right', () => {
  const texts = { production: `${processor}=sandbox`, staging: `${processor}=sandbox` }
  const { perEnvironment } = decided(texts, { ...money }, read(processor, 'clearline'))
  expect(perEnvironment).toEqual({ staging: { values: ['sandbox'] } })
})

test('nothing is pinned that is no choice, sensitive, not at stake, or of a developer', () => {
  const texts = { production: 'API_AUTH=abcdef', staging: 'API_AUTH=abcdef' }
  const auth = { effect: 'auth' } as const
  expect(decided(texts, { ...auth, type: 'integer' }, read('API_AUTH')).perEnvironment).toBe(
    undefined,
  )
  const secret = { ...money, sensitive: true }
  expect(decided(right, secret, read(processor)).perEnvironment).toBe(undefined)
  const cosmetic: KeyContract = { ...money, effect: 'cosmetic' }
  expect(decided(right, cosmetic, read(processor, 'sandbox'))).toEqual(cosmetic)
  const local = { local: `${processor}=clearline` }
  expect(decided(local, { ...money }, read(processor)).perEnvironment).toBe(undefined)
})
