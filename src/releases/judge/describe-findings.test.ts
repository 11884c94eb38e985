import { expect, test } from 'vitest'
import { cohortMask } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { describeFindings } from './describe-findings.ts'
import type { ExplainedClaim } from './explain-claims.ts'
import { newWatchState } from './hypothesis.ts'
import { defaultPolicy } from './policy.ts'

const table = syntheticUnits({ seed: 1, units: 2000 })

function claim(cohort: Cohort): ExplainedClaim {
  const hypothesis = {
    id: 'x',
    kind: 'failure-rate',
    cohort,
    test: 'bad',
    origin: 'discovered',
    weight: 0.1,
  } as const
  return {
    claim: { hypothesis, logE: 9, maxLogE: 9 },
    cohort,
    mask: cohortMask(table, cohort),
    bad: table.failed,
    explains: [],
  }
}

const idOf = (cohort: Cohort): string =>
  describeFindings(
    table,
    'checkout',
    [claim(cohort)],
    syntheticWindow,
    newWatchState(),
    defaultPolicy,
    '2026-01-01T00:00:00.000Z',
  ).findings[0]!.id

const locales = (...values: string[]): Cohort => [{ attribute: 'app.locale', op: 'in', values }]
const age = (low: number): Cohort => [
  { attribute: 'app.account.age_days', op: 'range', low, high: 60 },
]

test('a finding keeps its id when the ends of a range move, not when the values are others', () => {
  expect(idOf(age(30))).toBe(idOf(age(31)))
  expect(idOf(locales('de-DE', 'pt-BR'))).toBe(idOf(locales('de-DE', 'pt-BR')))
  expect(idOf(locales('de-DE', 'pt-BR'))).not.toBe(idOf(locales('de-DE', 'fr-FR')))
  expect(idOf([{ attribute: 'app.locale', op: '=', value: 'de-DE' }])).not.toBe(
    idOf([{ attribute: 'app.locale', op: '=', value: 'fr-FR' }]),
  )
})
