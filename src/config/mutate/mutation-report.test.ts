import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'

import { exitCodeOf } from '../config-report.ts'
import { parseMutationResults } from '../coverage/mutation-results.ts'
import { SealedValue } from '../sealed-value.ts'
import { contractKiller } from './kill-by-contract.ts'
import type { Mutant, MutantResult } from './mutant.ts'
import { planned, readOf } from './mutants.fixture.ts'
import { mutationReport } from './mutation-report.ts'
import { mutationScore } from './mutation-score.ts'
import { survivors } from './survivors.ts'

const { mutants } = planned({
  production: 'PAYMENT_PROCESSOR=stripe\nLOG_LEVEL=info\nGREETING=hi',
  staging: 'PAYMENT_PROCESSOR=paypal\nLOG_LEVEL=debug',
})

function mutantOf(key: string, operator: Mutant['operator']): Mutant {
  const found = mutants.find((mutant) => mutant.key === key && mutant.operator === operator)
  if (found === undefined) throw new Error(`${operator} does not fit ${key}`)
  return found
}

const result = (
  key: string,
  operator: Mutant['operator'],
  outcome: MutantResult['outcome'],
  more: Partial<MutantResult> = {},
): MutantResult => ({
  mutant: mutantOf(key, operator),
  outcome,
  detail: 'Said.',
  runs: 1,
  seconds: 2,
  ...more,
})

const noticed = (
  key: string,
  operator: Mutant['operator'],
  killer: MutantResult['killer'] = 'tests',
) => result(key, operator, 'noticed', { killer })

describe('the score', () => {
  it('is noticed of those that were decided, plain and by what is at stake', () => {
    const score = mutationScore([
      noticed('PAYMENT_PROCESSOR', 'unset'),
      result('PAYMENT_PROCESSOR', 'empty', 'survived'),
      noticed('LOG_LEVEL', 'unset', 'contract'),
      noticed('LOG_LEVEL', 'empty'),
      result('GREETING', 'unset', 'equivalent'),
      result('GREETING', 'empty', 'unstable', { killer: 'tests' }),
    ])
    expect(score).toMatchObject({
      mutants: 6,
      counted: 4,
      noticed: 3,
      survived: 1,
      equivalent: 1,
      unstable: 1,
      notRun: 0,
    })
    expect(score.score).toBe(0.75)
    // money weighs 32, cosmetic 1
    expect(score.weighted).toBeCloseTo(34 / 66)
    expect(score.interval).toBeNull()
    expect(score.byOperator).toEqual([
      { operator: 'unset', noticed: 2, counted: 2, score: 1 },
      { operator: 'empty', noticed: 1, counted: 2, score: 0.5 },
    ])
    expect(score.byEffect).toEqual([
      { effect: 'money', noticed: 1, counted: 2, score: 0.5 },
      { effect: 'cosmetic', noticed: 2, counted: 2, score: 1 },
    ])
    expect(score.byKiller).toEqual([
      { killer: 'contract', mutants: 1 },
      { killer: 'tests', mutants: 2 },
      { killer: 'nobody', mutants: 1 },
    ])
  })

  it('is an estimate with an interval where not all were run', () => {
    const { interval, score } = mutationScore([
      noticed('LOG_LEVEL', 'unset'),
      result('LOG_LEVEL', 'empty', 'survived'),
      result('GREETING', 'unset', 'not-run'),
    ])
    expect(score).toBe(0.5)
    // Clopper & Pearson, 1 of 2
    expect(interval?.low).toBeCloseTo(0.0126, 3)
    expect(interval?.high).toBeCloseTo(0.9874, 3)
  })

  it('is nothing where nothing was decided', () => {
    const none = { score: null, weighted: null, interval: null, counted: 0 }
    expect(mutationScore([])).toMatchObject(none)
    expect(mutationScore([result('GREETING', 'unset', 'not-run')])).toMatchObject(none)
  })
})

describe('survivors', () => {
  it('are told by key, the worst first, in words without values', () => {
    const found = survivors([
      result('LOG_LEVEL', 'unset', 'survived'),
      result('PAYMENT_PROCESSOR', 'near-miss-name', 'survived'),
      result('PAYMENT_PROCESSOR', 'empty', 'survived'),
      result('PAYMENT_PROCESSOR', 'unset', 'survived'),
      result('PAYMENT_PROCESSOR', 'other-environment', 'survived'),
      noticed('PAYMENT_PROCESSOR', 'quoted'),
      noticed('GREETING', 'unset'),
      result('GREETING', 'empty', 'unstable'),
    ])
    expect(found.map(({ sentence }) => sentence)).toEqual([
      'PAYMENT_PROCESSOR: the value of staging, not set at all and 2 more would not be noticed',
      'LOG_LEVEL: not set at all would not be noticed',
    ])
    expect(found[0]).toMatchObject({
      counted: 5,
      operators: ['other-environment', 'unset', 'near-miss-name', 'empty'],
      blastRadius: { effect: 'money', earliestKiller: 'nobody' },
      locations: [
        { file: '.env.production', line: 1 },
        { file: 'src/config.ts', line: 7 },
      ],
    })
    expect(found[0]!.blastRadius.score).toBeCloseTo(
      1.5 * mutantOf('PAYMENT_PROCESSOR', 'unset').blastRadius,
    )
  })
})

describe('the report', () => {
  const all = [
    result('PAYMENT_PROCESSOR', 'other-environment', 'survived'),
    result('PAYMENT_PROCESSOR', 'unset', 'survived'),
    noticed('PAYMENT_PROCESSOR', 'empty'),
    result('LOG_LEVEL', 'unset', 'survived'),
    result('LOG_LEVEL', 'empty', 'not-run', { detail: 'The time was over before.', runs: 0 }),
    result('GREETING', 'unset', 'unstable', { killer: 'tests' }),
  ]
  const answer = mutationReport({
    environment: 'production',
    results: all,
    asked: ['contract', 'tests'],
  })

  it('says how many, and the worst', () => {
    expect(answer.report.headline).toBe(
      '1 of 4 wrong values of production would be noticed (25 %); 1 more was not run. Worst: PAYMENT_PROCESSOR: the value of staging and not set at all would not be noticed.',
    )
    expect(answer.report.lookedAt).toEqual([
      '6 wrong values of production, 4 of them decided, of 2 keys',
      'asked: the contract and the built-in rules, the tests',
    ])
  })

  it('has a finding a key, heavier where more is at stake, and told by the same id each time', () => {
    expect(
      answer.report.findings.map(({ key, rule, severity, evidence, effect }) => [
        key,
        rule,
        severity,
        evidence,
        effect,
      ]),
    ).toEqual([
      ['PAYMENT_PROCESSOR', 'mutation/unnoticed', 'warning', 'observed', 'money'],
      ['LOG_LEVEL', 'mutation/unnoticed', 'note', 'observed', 'cosmetic'],
    ])
    expect(answer.report.findings[0]!.message).toBe(
      'PAYMENT_PROCESSOR: the value of staging and not set at all would not be noticed in production (2 of 3 wrong values).',
    )
    const fewer = mutationReport({
      environment: 'production',
      results: all.slice(0, 1),
      asked: ['contract'],
    })
    expect(fewer.report.findings[0]!.id).toBe(answer.report.findings[0]!.id)
    expect(exitCodeOf(answer.report)).toBe(1)
  })

  it('never passes what was not run', () => {
    const open = mutationReport({
      environment: 'production',
      results: all.slice(4),
      asked: ['contract'],
    })
    expect(open.report.notAnalysed.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['not-run', '1 wrong value was not run (LOG_LEVEL): The time was over before.'],
      ['unstable', 'GREETING: 1 wrong value was noticed one time and not another. Said.'],
    ])
    expect(exitCodeOf(open.report)).toBe(2)
    const clean = mutationReport({
      environment: 'production',
      results: [noticed('GREETING', 'unset')],
      asked: ['contract'],
    })
    expect(exitCodeOf(clean.report)).toBe(0)
    expect(clean.report.headline).toBe('1 of 1 wrong value of production would be noticed (100 %).')
    const troubled = mutationReport({
      environment: 'production',
      results: [],
      asked: [],
      problems: [{ kind: 'stopped', reason: 'The run was stopped.' }],
    })
    expect(exitCodeOf(troubled.report)).toBe(2)
  })

  it('is what coverage reads', () => {
    const text = JSON.stringify({ ...answer.report, mutants: answer.mutants })
    expect(parseMutationResults(text)).toEqual(
      all.map(({ mutant: { key }, outcome }) => ({ key, outcome })),
    )
    expect(answer.mutants[2]).toMatchObject({
      operator: 'empty',
      change: 'set to nothing',
      outcome: 'noticed',
      killer: 'tests',
      detail: 'Said.',
      runs: 1,
    })
    expect(answer.mutants[0]).toMatchObject({ killer: null })
  })
})

it('no value is in anything that comes out', () => {
  const canary = 'Zq7canaryZq7'
  const lines = (tail: string): string =>
    `API_TOKEN=${canary}${tail}\nSITE_URL=https://${canary.toLowerCase()}${tail}.shop.com:8443/x\nCOLOUR_MODE=${canary}${tail}\nDATABASE_URL=postgres://u:${canary}${tail}@db.shop.com/x`
  const texts = { production: lines('1'), staging: lines('2') }
  const contractText =
    'version: 1\nkeys: {COLOUR_MODE: {required: true, mustDiffer: true, minBytes: 3}, SITE_URL: {type: url, scheme: [https]}}'
  const given = planned(texts, {
    contractText,
    previous: new Map([['API_TOKEN', new SealedValue(`${canary}3`)]]),
    reads: ['API_TOKEN', 'SITE_URL', 'COLOUR_MODE', 'DATABASE_URL'].map((key) =>
      readOf(key, { default: { literal: `${canary}4`, forEmpty: true } }),
    ),
  })
  const kill = contractKiller(given.check, 'production')
  const results = given.mutants.map((mutant): MutantResult => {
    const rule = kill(mutant)
    return rule === undefined
      ? { mutant, outcome: 'survived', detail: 'Nobody.', runs: 1, seconds: 1 }
      : { mutant, outcome: 'noticed', killer: 'contract', detail: rule, runs: 0, seconds: 0 }
  })
  expect(new Set(results.map(({ outcome }) => outcome)).size).toBe(2)
  const answer = mutationReport({
    environment: 'production',
    results,
    asked: ['contract', 'tests'],
  })
  for (const text of [
    JSON.stringify(answer),
    inspect(answer, { depth: 12 }),
    JSON.stringify(results),
  ]) {
    expect(text.toLowerCase()).not.toContain('canary')
  }
})
