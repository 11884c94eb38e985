import { expect, test } from 'vitest'
import type { Cohort } from './cohort.ts'
import { cohortMask, takeBytes, takeRows, type CohortTable } from './cohort-table.ts'

const table: CohortTable = {
  rows: 5,
  candidate: Uint8Array.of(1, 0, 1, 0, 0),
  attributes: [
    {
      name: 'locale',
      kind: 'category',
      codes: Uint16Array.of(1, 2, 0, 1, 2),
      values: [null, 'pt-BR', 'en'],
    },
    {
      name: 'size',
      kind: 'category',
      codes: Uint32Array.of(1, 2, 3, 0, 1),
      values: [null, 1, 5, 9],
    },
    { name: 'age', kind: 'number', values: Float64Array.of(30, 60, Number.NaN, 59.9, -2) },
  ],
}

const inside = (...cohort: Cohort): number[] => [...cohortMask(table, cohort)]

test('everything lies in the empty cohort', () => {
  expect(inside()).toEqual([1, 1, 1, 1, 1])
})

test('a value, an absent value and a range', () => {
  expect(inside({ attribute: 'locale', op: '=', value: 'pt-BR' })).toEqual([1, 0, 0, 1, 0])
  expect(inside({ attribute: 'locale', op: 'absent' })).toEqual([0, 0, 1, 0, 0])
  expect(inside({ attribute: 'age', op: 'absent' })).toEqual([0, 0, 1, 0, 0])
  expect(inside({ attribute: 'age', op: '=', value: 60 })).toEqual([0, 1, 0, 0, 0])
  expect(inside({ attribute: 'age', op: 'range', low: 30, high: 60 })).toEqual([1, 0, 0, 1, 0])
  expect(inside({ attribute: 'age', op: 'range', low: null, high: 30 })).toEqual([0, 0, 0, 0, 1])
  expect(inside({ attribute: 'age', op: 'range', low: null, high: null })).toEqual([1, 1, 0, 1, 1])
})

test('a range over a category of numbers', () => {
  expect(inside({ attribute: 'size', op: 'range', low: 5, high: 9 })).toEqual([0, 1, 0, 0, 0])
})

test('a text is not the number it spells', () => {
  expect(inside({ attribute: 'size', op: '=', value: '1' })).toEqual([0, 0, 0, 0, 0])
})

test('conditions hold together', () => {
  const range = { attribute: 'age', op: 'range', low: 30, high: 60 } as const
  expect(inside(range, { attribute: 'size', op: 'absent' })).toEqual([0, 0, 0, 1, 0])
})

test('an attribute that the table lacks is absent everywhere', () => {
  expect(inside({ attribute: 'plan', op: 'absent' })).toEqual([1, 1, 1, 1, 1])
  expect(inside({ attribute: 'plan', op: '=', value: 'pro' })).toEqual([0, 0, 0, 0, 0])
})

test('rows are taken from every column', () => {
  const keep = Uint8Array.of(0, 1, 1, 0, 1)
  const taken = takeRows({ ...table, weights: Float64Array.of(1, 2, 3, 4, 5) }, keep)
  expect(taken.rows).toBe(3)
  expect([...taken.weights!]).toEqual([2, 3, 5])
  expect(takeRows(table, keep).weights).toBeUndefined()
  expect([...taken.candidate]).toEqual([0, 1, 0])
  expect([...cohortMask(taken, [{ attribute: 'locale', op: '=', value: 'en' }])]).toEqual([1, 0, 1])
  expect([...cohortMask(taken, [{ attribute: 'age', op: 'absent' }])]).toEqual([0, 1, 0])
  expect([...takeBytes(Uint8Array.of(1, 2, 3, 4, 255), keep)]).toEqual([2, 3, 255])
})
