import { expect, test } from 'vitest'
import type { Cohort } from '../cohort.ts'
import { formatCohort } from '../format-cohort.ts'
import { narrowerCohorts, widerCohorts } from './nearby-cohorts.ts'

const is = (attribute: string): Cohort => [{ attribute, op: '=', value: 1 }]
const between: Cohort = [{ attribute: 'at', op: 'range', low: 1, high: 2 }]
const texts = (cohorts: readonly Cohort[]): string[] => cohorts.map(formatCohort)

test('wider ones lack a condition, or several', () => {
  expect(texts(widerCohorts([...is('a'), ...is('b'), ...between]))).toEqual([
    'a = 1 and b = 1',
    'a = 1 and 1 <= at < 2',
    'b = 1 and 1 <= at < 2',
    'a = 1',
    'b = 1',
    '1 <= at < 2',
  ])
  expect(widerCohorts(is('a'))).toEqual([])
})

test('narrower ones have one condition of another description besides, as people say it', () => {
  const others = [[...is('b'), ...is('a')], is('c')]
  expect(texts(narrowerCohorts(between, others, 3))).toEqual([
    'b = 1 and 1 <= at < 2',
    'a = 1 and 1 <= at < 2',
    'c = 1 and 1 <= at < 2',
  ])
  expect(texts(narrowerCohorts(is('a'), others, 2))).toEqual(['a = 1 and b = 1', 'a = 1 and c = 1'])
  expect(narrowerCohorts(is('a'), others, 1)).toEqual([])
})
