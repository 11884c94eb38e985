import { ClickHouseError } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { engineError } from '../engine/engine-error.ts'
import { failureConcerns } from './failure-concerns.ts'

const refusal = (type: string, message = '') =>
  engineError(new ClickHouseError({ message, code: '1', type }))

test.each([
  ['CANNOT_READ_ALL_DATA', 'rows'],
  ['NO_SUCH_COLUMN_IN_TABLE', 'unknown'],
  ['CANNOT_OPEN_FILE', 'circumstances'],
  ['NOT_ENOUGH_SPACE', 'circumstances'],
  ['READONLY', 'circumstances'],
  ['TABLE_IS_READ_ONLY', 'circumstances'],
  ['LOGICAL_ERROR', 'unknown'],
])('%s speaks of %s', (type, whom) => {
  expect(failureConcerns(refusal(type), 1)).toBe(whom)
})

test('an engine that is not there says nothing about the rows', () => {
  expect(failureConcerns(engineError(new Error('connect ECONNREFUSED')), 1)).toBe('circumstances')
})

test('one code, two meanings: a table with too many parts, or rows of too many days', () => {
  const parts = 'Too many parts (3000). Merges are processing significantly slower than inserts'
  const days = 'Too many partitions for single INSERT block (more than 1000)'
  expect(failureConcerns(refusal('TOO_MANY_PARTS', parts), 1)).toBe('circumstances')
  expect(failureConcerns(refusal('TOO_MANY_PARTS', days), 1)).toBe('rows')
})

test('what is too large together is tried in pieces, and what cannot be divided is waited for', () => {
  expect(failureConcerns(refusal('MEMORY_LIMIT_EXCEEDED'), 2)).toBe('rows')
  expect(failureConcerns(refusal('MEMORY_LIMIT_EXCEEDED'), 1)).toBe('circumstances')
})
