import { expect, test } from 'vitest'
import type { Cohort } from '../../cohorts/cohort.ts'
import { syntheticUnits } from '../testing/synthetic-units.ts'
import { explainClaims } from './explain-claims.ts'
import type { Evaluated } from './evaluate-harm.ts'
import { slowBounds } from './measures.ts'

test('two halves of a range that were suggested one after the other are one finding, with the stronger evidence', () => {
  const table = syntheticUnits({ seed: 1, units: 20_000, slowCohort: true })
  const half = (low: number, high: number, logE: number): Evaluated => {
    const cohort: Cohort = [
      { attribute: 'operation', op: '=', value: 'GET /quote' },
      { attribute: 'app.locale', op: '=', value: 'pt-BR' },
      { attribute: 'app.account.age_days', op: 'range', low, high },
    ]
    const hypothesis = {
      id: `${low}`,
      kind: 'latency',
      cohort,
      test: 'slow',
      slowBounds: slowBounds(table, 0.9, 100),
      origin: 'discovered',
      weight: 0.1,
    } as const
    return { hypothesis, logE, maxLogE: logE }
  }
  const shown = explainClaims(table, [half(30, 44, 12), half(44, 60, 20)])
  expect(shown.map(({ cohort }) => cohort.at(-1))).toEqual([
    { attribute: 'app.account.age_days', op: 'range', low: 30, high: 60 },
  ])
  expect(shown[0]!.claim.maxLogE).toBe(20)
})
