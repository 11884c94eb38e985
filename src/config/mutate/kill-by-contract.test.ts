import { describe, expect, it } from 'vitest'

import { checkConfiguration } from '../rules/check-configuration.ts'
import { SealedValue } from '../sealed-value.ts'
import { contractKiller } from './kill-by-contract.ts'
import { planned } from './mutants.fixture.ts'
import type { Planned } from './mutants.fixture.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

function reasonOf(given: Planned, key: string, operator: string): string | undefined {
  const mutant = given.mutants.find((it) => it.key === key && it.operator === operator)
  if (mutant === undefined) throw new Error(`${operator} does not fit ${key}`)
  return contractKiller(given.check, 'production')(mutant)
}

describe('the contract', () => {
  const texts = { production: 'COLOUR=blue\nPOOL=5', staging: 'COLOUR=red\nPOOL=5' }

  it('notices what one of its rules forbids, and names the rule', () => {
    const contractText =
      'version: 1\nkeys:\n  COLOUR: {perEnvironment: {production: {values: [blue]}}, required: true}\n  POOL: {type: integer, min: 1, max: 9}\n'
    const given = planned(texts, { contractText })
    expect(reasonOf(given, 'COLOUR', 'other-environment')).toBe(
      'config check finds value-per-environment.',
    )
    expect(reasonOf(given, 'COLOUR', 'unset')).toBe('config check finds delivery/not-bound.')
    expect(reasonOf(given, 'POOL', 'out-of-range')).toBe('config check finds value.')
    expect(reasonOf(given, 'POOL', 'unset')).toBeUndefined()
  })

  it('notices what breaks a rule between keys, of which another key is told', () => {
    const contractText = 'version: 1\nrules: [{requires: {if: COLOUR, keys: [POOL]}}]\n'
    const given = planned(texts, { contractText })
    expect(reasonOf(given, 'POOL', 'empty')).toBe('config check finds cross/requires.')
    const order = planned(
      { production: 'LOW=3\nHIGH=5' },
      { contractText: 'version: 1\nrules: [{order: [LOW, HIGH]}]' },
    )
    expect(reasonOf(order, 'LOW', 'unit-thousandfold')).toBe(
      'config check finds cross/order about HIGH.',
    )
  })

  it('notices nothing by what is wrong already', () => {
    const contractText = 'version: 1\nkeys: {POOL: {max: 3}}\n'
    const given = planned(texts, { contractText })
    expect(reasonOf(given, 'POOL', 'out-of-range')).toBeUndefined()
    expect(
      reasonOf(
        planned(texts, { contractText: contractText.replace('3', '5') }),
        'POOL',
        'out-of-range',
      ),
    ).toBe('config check finds value.')
  })
})

describe('the packs, with no contract', () => {
  it('notice a sandbox in production, and say nothing of a good value', () => {
    const given = planned({
      production: 'STRIPE_SECRET_KEY=sk_live_51HqLyjWDarjtT1zdp7dc',
      staging: 'STRIPE_SECRET_KEY=sk_test_51HqLyjWDarjtT1zdp7dc',
    })
    expect(reasonOf(given, 'STRIPE_SECRET_KEY', 'other-environment')).toMatch(
      /^config check finds pack\//,
    )
    expect(reasonOf(given, 'STRIPE_SECRET_KEY', 'rotated-secret')).toBeUndefined()
  })

  it('notice a name with a slip in it by the key that is read and not set', () => {
    const given = planned({ production: 'PAYMENT_PROCESSOR=x' })
    expect(reasonOf(given, 'PAYMENT_PROCESSOR', 'near-miss-name')).toBe(
      'config check finds pack/near-miss-name about PAYMENT_PROCESOR.',
    )
    expect(reasonOf(given, 'PAYMENT_PROCESSOR', 'unset')).toBeUndefined()
  })

  it('take no key that is read for a slip of one that is unset', () => {
    const given = planned({ production: 'ALLOWED_HOST=a.shop.com\nALLOWED_HOSTS=b.shop.com' })
    expect(reasonOf(given, 'ALLOWED_HOST', 'unset')).toBeUndefined()
  })

  it('notice a line that is there twice', () => {
    const example = new SealedValue('red')
    const sample = {
      kind: 'sample',
      component: '',
      location: { file: '.env.example', line: 1 },
    } as const
    const declarations = [{ ...sample, key: 'COLOUR', example }]
    const given = planned({ production: 'COLOUR=blue' }, { declarations })
    expect(reasonOf(given, 'COLOUR', 'duplicate-key')).toBe(
      'config check finds pack/duplicate-key.',
    )
  })
})

const names = Array.from({ length: 30 }, (_, index) => `PART${index}`)
const contractText = `version: 1
keys:
${names.map((name, index) => `  ${name}_LIMIT: {type: integer, min: 1, max: ${1000 + index}, required: true, perEnvironment: {production: {matches: "/^\\\\d+$/"}}}`).join('\n')}
rules: [{order: [PART1_LIMIT, PART2_LIMIT]}, {requires: {if: PART3_LIMIT, keys: [PART4_URL]}}]
`
const lines = (offset: number): string =>
  names
    .map(
      (name, index) =>
        `${name}_LIMIT=${index + offset}\n${name}_URL=https://${name.toLowerCase()}.e${offset}.shop.io\n${name}_TOKEN=tok${offset}abc${index}defghijklmnop\n${name}_ON=true`,
    )
    .join('\n')
const big = (): Planned =>
  planned({ production: lines(7), staging: lines(5), development: lines(3) }, { contractText })

it('finds what the whole check finds, by a short cut', () => {
  const given = big()
  const kill = contractKiller(given.check, 'production')
  const before = new Set(findingsOf(given.check))
  const [target, ...others] = given.check.environments
  let noticed = 0
  for (const mutant of given.mutants.filter((_, index) => index % 17 === 0)) {
    const { key, state, value, also } = mutant
    const bindings = target!.bindings.flatMap((binding) => {
      if (binding.key !== key) return [binding]
      const { value: _, ...rest } = binding
      const given = state === 'unset' ? [] : [{ ...rest, state, ...(value && { value }) }]
      return also === undefined
        ? given
        : [...given, { ...rest, key: also.key, state: 'set' as const, value: also.value }]
    })
    const environments = [{ ...target!, bindings, allBindings: bindings }, ...others]
    const after = findingsOf({ ...given.check, environments }).filter((id) => !before.has(id))
    expect(kill(mutant) !== undefined, `${key} ${mutant.operator}`).toBe(after.length > 0)
    noticed += after.length > 0 ? 1 : 0
  }
  expect(noticed).toBeGreaterThan(10)
})

const findingsOf = (input: Planned['check']): string[] =>
  checkConfiguration(input).findings.flatMap(({ id, severity }) =>
    severity === 'note' ? [] : [id],
  )

it('takes thousands of mutants in seconds', () => {
  const { check, mutants } = big()
  expect(mutants.length).toBeGreaterThan(1000)
  const kill = contractKiller(check, 'production')
  const spent = cpuClock()
  for (const mutant of mutants.slice(0, 100)) kill(mutant)
  // 2 ms where nothing else runs
  expect(spent() / 100).toBeLessThan(40)
})
