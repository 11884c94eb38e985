import { describe, expect, it } from 'vitest'

import type { KeyRead } from '../key-read.ts'
import { equivalentReason } from './equivalence.ts'
import { planned, readOf } from './mutants.fixture.ts'
import type { MutationOperator } from './operators.ts'
import { targetBindings } from './target-bindings.ts'

interface Given {
  reads?: readonly KeyRead[]
  readsOpenly?: boolean
  traced?: boolean
}

function reasonOf(line: string, operator: MutationOperator, given: Given = {}) {
  const key = line.split('=')[0]!
  const { reads = [readOf(key)], readsOpenly = false, traced = false } = given
  const { plan, mutants } = planned({ production: line }, { reads })
  const mutant = mutants.find((it) => it.operator === operator)
  if (mutant === undefined) throw new Error(`${operator} does not fit ${line}`)
  const binding = targetBindings(plan.environment).get(key)!
  return equivalentReason(mutant, { reads, readsOpenly, traced, binding })
}

const withDefault = (key: string, literal: string, forEmpty: boolean) => [
  readOf(key, { default: { literal, forEmpty } }),
]

describe('a dead key', () => {
  it('is one that nothing reads, with all of the code in sight', () => {
    expect(reasonOf('OLD_NAME=x', 'unset', { reads: [] })).toBe(
      'Nothing reads the key: it is dead.',
    )
    expect(reasonOf('OLD_NAME=x', 'unset')).toBeUndefined()
    expect(reasonOf('OLD_NAME=x', 'unset', { reads: [], readsOpenly: true })).toBeUndefined()
    expect(reasonOf('OLD_NAME=x', 'unset', { reads: [], traced: true })).toBeUndefined()
  })

  it('is none that a runtime or a library reads by its name', () => {
    expect(reasonOf('TZ=x', 'unset', { reads: [] })).toBeUndefined()
    expect(reasonOf('PGHOST=x', 'unset', { reads: [] })).toBeUndefined()
  })
})

describe('the same value', () => {
  it('is what the dialect takes a space away from', () => {
    expect(reasonOf('NAME=x', 'quoted')).toBe('The file takes it away: the same value is read.')
    expect(reasonOf('NAME=x', 'newline')).toBeUndefined()
  })

  it('is the default of the code, where all readers have it', () => {
    const same = 'What the code reads is the same value.'
    expect(reasonOf('NAME=x', 'unset', { reads: withDefault('NAME', 'x', false) })).toBe(same)
    expect(reasonOf('NAME=x', 'unset', { reads: withDefault('NAME', 'y', false) })).toBeUndefined()
    expect(reasonOf('NAME=x', 'empty', { reads: withDefault('NAME', 'x', true) })).toBe(same)
    expect(reasonOf('NAME=x', 'empty', { reads: withDefault('NAME', 'x', false) })).toBeUndefined()
    const two = [...withDefault('NAME', 'x', false), readOf('NAME')]
    expect(reasonOf('NAME=x', 'unset', { reads: two })).toBeUndefined()
    const template = [...withDefault('NAME', 'x', false), readOf('NA*', { template: true })]
    expect(reasonOf('NAME=x', 'unset', { reads: template })).toBeUndefined()
  })

  it('is a number with white space, where every reader takes numbers so', () => {
    const number = (more: Partial<KeyRead>) => ({
      reads: [readOf('LIMIT', { type: 'integer', ...more })],
    })
    const reason = 'White space at the end of a number changes nothing.'
    expect(reasonOf('LIMIT=5', 'newline', number({}))).toBe(reason)
    expect(reasonOf('LIMIT=5', 'newline', number({ language: 'go' }))).toBeUndefined()
    expect(reasonOf('LIMIT=5', 'newline')).toBeUndefined()
    expect(reasonOf('LIMIT=5', 'unit-thousandfold', number({}))).toBeUndefined()
  })

  it('is another word for a truth value, where the declared type knows it', () => {
    const truth = (more: Partial<KeyRead>) => ({
      reads: [readOf('ON', { type: 'boolean', ...more })],
    })
    const reason = 'The type that the code declares takes both for the same truth value.'
    expect(
      reasonOf('ON=true', 'boolean-synonym', truth({ language: 'python', tier: 'schema' })),
    ).toBe(reason)
    expect(
      reasonOf('ON=true', 'flag-flipped', truth({ language: 'python', tier: 'schema' })),
    ).toBeUndefined()
    expect(reasonOf('ON=true', 'boolean-synonym', truth({ language: 'python' }))).toBeUndefined()
    expect(reasonOf('ON=true', 'boolean-synonym', truth({}))).toBeUndefined()
  })
})
