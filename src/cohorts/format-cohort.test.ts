import { expect, test } from 'vitest'
import type { Cohort } from './cohort.ts'
import { cohortKey, formatCohort } from './format-cohort.ts'

const locale = { attribute: 'app.locale', op: '=', value: 'pt-BR' } as const
const age = { attribute: 'app.account.age_days', op: 'range', low: 30, high: 60 } as const

test('a cohort in words', () => {
  expect(formatCohort([locale, age])).toBe(
    'app.locale = "pt-BR" and 30 <= app.account.age_days < 60',
  )
  expect(formatCohort([])).toBe('all requests')
  expect(formatCohort([{ attribute: 'coupon', op: 'absent' }])).toBe('coupon is absent')
  expect(formatCohort([{ ...age, low: null }])).toBe('app.account.age_days < 60')
  expect(formatCohort([{ ...age, high: null }])).toBe('app.account.age_days >= 30')
  expect(formatCohort([{ attribute: 'beta', op: '=', value: true }])).toBe('beta = true')
})

test('a key does not depend on the order of the conditions', () => {
  expect(cohortKey([age, locale])).toBe(cohortKey([locale, age]))
})

test('different cohorts have different keys', () => {
  const cohorts: Cohort[] = [
    [],
    [locale],
    [age],
    [locale, age],
    [{ ...age, low: null }],
    [{ ...age, high: null }],
    [{ attribute: 'n', op: '=', value: 1 }],
    [{ attribute: 'n', op: '=', value: '1' }],
    [{ attribute: 'n', op: '=', value: 'absent' }],
    [{ attribute: 'n', op: 'absent' }],
    [{ attribute: 'n&m', op: 'absent' }],
    [
      { attribute: 'n', op: 'absent' },
      { attribute: 'm', op: 'absent' },
    ],
  ]
  expect(new Set(cohorts.map(cohortKey)).size).toBe(cohorts.length)
})
