import { expect, test } from 'vitest'
import type { Effect } from '../verdict.ts'
import { findingTitle, type FindingWords } from './finding-title.ts'

const effect: Effect = {
  measure: 'median duration',
  baseline: 6.1234,
  candidate: 24.9,
  ratio: 4.0664,
  low: 2.7,
  high: 12,
  unit: 'ms',
}
const rates: Effect = {
  measure: 'failure rate',
  baseline: 0.001,
  candidate: 0.09,
  ratio: 90,
  low: 12.4,
  high: 300,
  unit: 'fraction',
}
const operation = { attribute: 'operation', op: '=', value: 'POST /orders' } as const
const plan = { attribute: 'app.plan', op: '=', value: 'free' } as const
const age = { attribute: 'age', op: 'range', low: 30, high: 60 } as const

const words: FindingWords = {
  kind: 'failure-rate',
  service: 'checkout',
  cohort: [operation, plan, age],
  effect: rates,
  distribution: { kind: 'rate', bounds: [], baseline: [1998, 2], candidate: [91, 9] },
  baselineCount: 2000,
  candidateCount: 100,
  reason: undefined,
  confidence: 0.95,
}
const slow: FindingWords = {
  ...words,
  kind: 'latency',
  effect,
  distribution: { kind: 'duration', bounds: [], baseline: [], candidate: [] },
}

test('a failure rate', () => {
  expect(findingTitle(words)).toBe(
    '9 of 100 candidate requests to POST /orders (9.0 %) fail where app.plan = "free" and 30 <= age < 60, against 2 of 2,000 of the baseline (ratio 12 to 300 with 95 % confidence).',
  )
})

test('a silent failure, with what the detector saw', () => {
  const silent = { ...words, kind: 'silent-failure' as const, cohort: [operation] }
  expect(findingTitle({ ...silent, reason: 'POST /charges failed' })).toBe(
    '9 of 100 candidate requests to POST /orders (9.0 %) report success although POST /charges failed, against 2 of 2,000 of the baseline (ratio 12 to 300 with 95 % confidence).',
  )
  expect(findingTitle(silent)).toContain('report success although something in them failed')
})

test('the whole service goes by its name', () => {
  expect(findingTitle({ ...words, cohort: [] })).toMatch(/^9 of 100 candidate requests to checkout/)
  expect(findingTitle({ ...slow, cohort: [plan] })).toMatch(
    /^checkout takes 4\.1 times as long where app\.plan = "free"/,
  )
})

test('a slowdown, with the quantile, both values and how many were seen', () => {
  expect(findingTitle(slow)).toBe(
    'POST /orders takes 4.1 times as long where app.plan = "free" and 30 <= age < 60 (median duration 6.1 ms → 25 ms; 2.70 to 12 with 95 % confidence), seen in 100 candidate requests against 2,000 of the baseline.',
  )
})

test('a slowdown without a baseline to divide by', () => {
  const unknown = { ...effect, ratio: null, baseline: null }
  expect(findingTitle({ ...slow, effect: unknown, cohort: [operation] })).toBe(
    'POST /orders takes longer; seen in 100 candidate requests against 2,000 of the baseline.',
  )
})

test.each([
  [{ low: 8.4, high: null }, '(ratio at least 8.4 with 95 % confidence)'],
  [{ low: null, high: null }, '(ratio not bounded yet)'],
  [{ low: null, high: 3.2 }, '(ratio 0.00 to 3.2 with 95 % confidence)'],
])('an interval with an open end: %o', (ends, said) => {
  expect(findingTitle({ ...words, effect: { ...rates, ...ends } })).toContain(said)
})
