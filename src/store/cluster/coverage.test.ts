import { expect, test } from 'vitest'
import { coverageGap, coverageOf, wholeCoverage } from './coverage.ts'

const shards = [
  { number: 1, name: 'a:9000' },
  { number: 2, name: 'b:9000' },
  { number: 3, name: 'c:9000' },
]

test('the share that answers is one of rows', () => {
  const rows = new Map([
    [1, 600],
    [2, 300],
    [3, 100],
  ])
  expect(coverageOf(shards, new Set([1, 3]), rows, 7)).toEqual({
    shards: 3,
    answering: 2,
    missing: ['b:9000'],
    share: 0.7,
    partialAnswers: 7,
  })
})

test('of shards, where the rows of one are not known or there are none', () => {
  expect(coverageOf(shards, new Set([1, 2]), new Map([[1, 5]]), 0).share).toBeCloseTo(2 / 3)
  const empty = new Map(shards.map(({ number }) => [number, 0]))
  expect(coverageOf(shards, new Set([1, 2, 3]), empty, 0).share).toBe(1)
  expect(coverageOf(shards, new Set([1]), empty, 0).share).toBeCloseTo(1 / 3)
})

test('a gap is what was missing before, after, or for one answer in between', () => {
  const whole = { ...wholeCoverage, shards: 3, answering: 3 }
  const less = { ...whole, answering: 2, missing: ['b'], share: 0.7 }
  const counted = { ...whole, partialAnswers: 1 }
  expect(coverageGap(whole, whole)).toBeNull()
  expect(coverageGap(less, whole)).toBe(less)
  expect(coverageGap(whole, less)).toBe(less)
  expect(coverageGap(whole, counted)).toBe(counted)
  expect(coverageGap(counted, counted)).toBeNull()
})
