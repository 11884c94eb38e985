import { expect, it } from 'vitest'

import type { Cohort } from '../cohort.ts'
import { implies } from './implies.ts'

const phone: Cohort = [{ attribute: 'device', op: '=', value: 'phone' }]
const young: Cohort = [{ attribute: 'age', op: 'range', low: 10, high: 20 }]
const upTo20: Cohort = [{ attribute: 'age', op: 'range', low: null, high: 20 }]
const some: Cohort = [{ attribute: 'device', op: 'in', values: ['phone', 'tablet'] }]
const nowhere: Cohort = [{ attribute: 'age', op: 'absent' }]
const twelve: Cohort = [{ attribute: 'age', op: '=', value: 12 }]

it.each<[Cohort, Cohort, boolean]>([
  [phone, [], true],
  [[], phone, false],
  [phone, phone, true],
  [[...phone, ...young], phone, true],
  [phone, [...phone, ...young], false],
  [phone, some, true],
  [some, phone, false],
  [some, [{ attribute: 'device', op: 'in', values: ['phone', 'tablet', 'tv'] }], true],
  [young, upTo20, true],
  [upTo20, young, false],
  [young, [{ attribute: 'age', op: 'range', low: 10, high: null }], true],
  [twelve, young, true],
  [[{ attribute: 'age', op: '=', value: 20 }], young, false],
  [nowhere, nowhere, true],
  [nowhere, upTo20, false],
  [young, nowhere, false],
  [phone, [{ attribute: 'os', op: '=', value: 'phone' }], false],
])('%j lies in %j: %s', (narrow, wide, expected) => {
  expect(implies(narrow, wide)).toBe(expected)
})
