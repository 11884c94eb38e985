import { expect, it } from 'vitest'

import type { Binding } from '../binding.ts'
import type { KeyRead } from '../key-read.ts'
import { SealedValue } from '../sealed-value.ts'
import { changedInputs, commonModeBlindSpots } from './changed-inputs.ts'
import type { ConfigSnapshot } from './config-snapshot.ts'
import { parseSnapshot } from './parse-snapshot.ts'
import { takeSnapshot } from './take-snapshot.ts'

const secret = Buffer.from('a secret of this test, longer than 32 bytes')

const binding = (key: string, value: string | undefined, more: Partial<Binding> = {}): Binding => ({
  environment: 'production',
  key,
  state: value === undefined ? 'reference' : value === '' ? 'empty' : 'set',
  ...(value === undefined ? { detail: 'secret/tokens#one' } : { value: new SealedValue(value) }),
  source: 'kubernetes',
  location: { file: 'production.yaml', line: 3 },
  component: 'api',
  phase: 'run',
  precedence: 1,
  delivery: 'per-revision',
  ...more,
})
const snapshot = (bindings: Binding[], reads?: readonly KeyRead[]): ConfigSnapshot =>
  takeSnapshot({
    environment: { name: 'production', bindings, unread: [] },
    secret,
    takenAt: '2026-11-23T08:00:00.000Z',
    ...(reads === undefined ? {} : { reads }),
  })
const readIn = (key: string, file: string): KeyRead => ({
  key,
  template: false,
  tier: 'direct',
  language: 'typescript',
  location: { file, line: 1 },
  component: '',
  phase: 'run',
})

const shared = { delivery: 'shared-mutable' as const }
const dotenv = (key: string, value: string): Binding => {
  const { delivery: _, ...rest } = binding(key, value, { source: 'dotenv' })
  return rest
}

it('classes each change by how it reaches canary and baseline', () => {
  const reads = [readIn('LATE', 'src/error-handler.ts'), readIn('VISIBLE', 'src/config.ts')]
  const before = snapshot([
    binding('SAME', 'one'),
    binding('VISIBLE', 'one'),
    binding('SHARED', 'one', shared),
    binding('LATE', 'one'),
    dotenv('FILE', 'one'),
    binding('GONE', 'one'),
    binding('GONE_SHARED', 'one', shared),
    binding('VERSIONED_NOW', 'one', shared),
    binding('TOKEN', undefined, shared),
    binding('RENAMED', undefined, shared),
    binding('ABSENT', '', { state: 'unset' }),
  ])
  const after = snapshot(
    [
      binding('SAME', 'one', { location: { file: 'moved.yaml', line: 9 } }),
      binding('VISIBLE', 'two'),
      binding('SHARED', 'two', shared),
      binding('LATE', 'two'),
      dotenv('FILE', 'two'),
      binding('VERSIONED_NOW', 'two'),
      binding('TOKEN', undefined, shared),
      binding('RENAMED', undefined, { ...shared, detail: 'secret/tokens-2#one' }),
      binding('NEW', ''),
    ],
    reads,
  )
  const changes = changedInputs(before, after)
  expect(changes.changed.map((it) => `${it.key} ${it.kind} ${it.class}`)).toEqual([
    'FILE value common-mode',
    'GONE removed canary-visible',
    'GONE_SHARED removed common-mode',
    'LATE value latent',
    'NEW added canary-visible',
    'RENAMED reference canary-visible',
    'SHARED value common-mode',
    'VERSIONED_NOW value canary-visible',
    'VISIBLE value canary-visible',
  ])
  expect(changes.unseen.map(({ key }) => key)).toEqual(['TOKEN'])
  expect(changes.sentence).toBe('5 of 9 changed inputs were canary-visible')
  for (const { class: seen, remedy } of changes.changed) {
    expect(remedy === '').toBe(seen === 'canary-visible')
  }
  const spots = commonModeBlindSpots(changes)
  expect(spots.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
    'common-mode: FILE, GONE_SHARED, SHARED changed for canary and baseline alike',
    'latent-input: LATE changed, and may not have been read yet',
    'unseen-input: Whether TOKEN changed is not known',
  ])
  expect(spots[0]!.detail).toContain('5 of 9 changed inputs were canary-visible.')
})

it('nothing changed, one changed', () => {
  const one = snapshot([binding('A', '1')])
  expect(changedInputs(one, snapshot([binding('A', '1')]))).toMatchObject({
    changed: [],
    sentence: 'No input changed',
  })
  expect(commonModeBlindSpots(changedInputs(one, one))).toEqual([])
  expect(changedInputs(one, snapshot([binding('A', '2')])).sentence).toBe(
    '1 of 1 changed input was canary-visible',
  )
})

it('survives writing and reading, and holds no value', () => {
  const taken = snapshot([binding('A', 'kanarie'), binding('B', undefined, { detail: 'kanarie' })])
  const text = JSON.stringify(taken)
  expect(text).not.toContain('kanarie')
  expect(parseSnapshot(text, 'before.json')).toEqual(taken)
  expect(taken.digest).not.toBe(snapshot([binding('A', 'other')]).digest)
  for (const broken of ['kanarie', '{}', '[]', text.replace('"set"', '"kanarie"'), text.slice(1)]) {
    let message = ''
    try {
      parseSnapshot(broken, 'before.json')
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('before.json is no snapshot')
    expect(message).not.toContain('kanarie')
  }
})
