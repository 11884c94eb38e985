import { expect, test } from 'vitest'
import type { Cohort } from '../../cohorts/cohort.ts'
import { syntheticUnits } from '../testing/synthetic-units.ts'
import { simplifyCohort } from './simplify-cohort.ts'

const table = syntheticUnits({ seed: 1, units: 4_000 })
const orders = { attribute: 'operation', op: '=', value: 'POST /orders' } as const
const amex = { attribute: 'app.card.type', op: '=', value: 'amex' } as const
const brazil = { attribute: 'app.locale', op: '=', value: 'pt-BR' } as const

test.each<[string, Cohort, Cohort]>([
  ['a condition that the others imply is dropped', [orders, amex], [amex]],
  ['a condition that narrows the cohort stays', [orders, brazil], [orders, brazil]],
  ['both at once', [orders, amex, brazil], [amex, brazil]],
  ['the last condition stays', [orders], [orders]],
  ['everything stays everything', [], []],
])('%s', (_, cohort, simple) => {
  expect(simplifyCohort(table, cohort)).toEqual(simple)
})
