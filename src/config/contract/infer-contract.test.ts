import { expect, test } from 'vitest'
import type { KeyRead } from '../key-read.ts'
import { environmentsOf } from '../rules/check-input.fixture.ts'
import { inferContract } from './infer-contract.ts'

const read = (key: string, more: Partial<KeyRead>): KeyRead => ({
  key,
  template: false,
  tier: 'schema',
  language: 'typescript',
  location: { file: 'src/env.ts', line: 1 },
  component: '',
  phase: 'run',
  ...more,
})

const inferred = (text: string, ...reads: KeyRead[]) =>
  inferContract({
    reads,
    declarations: [],
    environments: environmentsOf({ production: text }),
    plans: [],
  })

test('the range of a schema is written down, of several what all of them take', () => {
  const port = read('PORT', { type: 'integer', range: { min: 1, max: 65_535 } })
  const low = read('PORT', { type: 'integer', range: { max: 9999 } })
  expect(inferred('PORT=80', port, low).contract.keys).toEqual({
    PORT: { type: 'integer', min: 1, max: 9999, effect: 'availability' },
  })
})

test('a range that an environment contradicts is left out and noted, its type stays', () => {
  const pool = read('POOL', { type: 'integer', range: { max: 50 } })
  const { contract, notes } = inferred('POOL=100', pool)
  expect(contract.keys).toEqual({ POOL: { type: 'integer', effect: 'availability' } })
  expect(notes.get('POOL')).toEqual(['The code takes numbers up to 50; in production it is none.'])
  expect(inferred('POOL=many', pool).contract.keys).toEqual({ POOL: { effect: 'availability' } })
})
