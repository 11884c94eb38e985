import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import {
  choosePromotions,
  defaultPolicy,
  type KeyCount,
  valuesExplode,
} from './choose-promotions.ts'

const key = (id: string, rows: number): KeyCount => ({ id, rows, values: 0, distinct: 0 })
const none = new Map<string, number>()
const initial = 28

describe('the choice of keys that get a column', () => {
  test('takes only keys that had their share for several rounds in a row', () => {
    const keys = [key('string:steady', 400), key('int:burst', 300)]
    const first = choosePromotions(keys, 1000, initial, none, defaultPolicy)
    expect(first.promote).toEqual([])
    const second = choosePromotions(keys, 1000, initial, first.streaks, defaultPolicy)
    expect(second.promote).toEqual([])
    const pause = choosePromotions([keys[0]!], 1000, initial, second.streaks, defaultPolicy)
    expect(pause.promote.map(({ id }) => id)).toEqual(['string:steady'])
    const again = choosePromotions(keys, 1000, initial, pause.streaks, defaultPolicy)
    expect(again.promote.map(({ id }) => id)).toEqual(['string:steady'])
  })

  test('leaves rare keys in the map', () => {
    const policy = { ...defaultPolicy, rounds: 1 }
    const keys = [key('int:common', 2000), key('int:rare', 90)]
    const { promote } = choosePromotions(keys, 10_000, 0, none, policy)
    expect(promote.map(({ id }) => id)).toEqual(['int:common'])
  })

  test('asks for more the less of the budget is left', () => {
    const policy = { ...defaultPolicy, rounds: 1 }
    const keys = [key('int:half', 500), key('int:tenth', 100), key('int:fiftieth', 20)]
    const chosen = (used: number): string[] =>
      choosePromotions(keys, 1000, used, none, policy).promote.map(({ id }) => id)
    expect(chosen(initial)).toEqual(['int:half', 'int:tenth', 'int:fiftieth'])
    expect(chosen(100)).toEqual(['int:half', 'int:tenth'])
    expect(chosen(125)).toEqual(['int:half'])
    expect(chosen(128)).toEqual([])
    expect(chosen(200)).toEqual([])
  })

  test('never exceeds the budget, nor what a round may add', () => {
    const counts = fc.array(fc.nat(1000), { maxLength: 300 })
    fc.assert(
      fc.property(counts, fc.nat(200), fc.nat(200), (rows, used, budget) => {
        const policy = { ...defaultPolicy, rounds: 1, budget }
        const keys = rows.map((count, i) => key(`int:k${i}`, count))
        const { promote } = choosePromotions(keys, 1000, used, none, policy)
        expect(promote.length).toBeLessThanOrEqual(
          Math.max(Math.min(policy.perRound, budget - used), 0),
        )
        expect(new Set(promote.map(({ id }) => id)).size).toBe(promote.length)
      }),
    )
  })
})

describe('values explode', () => {
  const counted = (id: string, values: number, distinct: number): boolean =>
    valuesExplode({ id, rows: 10_000, values, distinct })
  test('where most are seen once, or there are thousands', () => {
    expect(counted('string:request.id', 600, 590)).toBe(true)
    expect(counted('string:user', 100_000, 9000)).toBe(true)
  })
  test('not where they repeat, are few, or are numbers', () => {
    expect(counted('string:region', 10_000, 12)).toBe(false)
    expect(counted('string:user', 10_000, 2000)).toBe(false)
    expect(counted('string:new', 20, 20)).toBe(false)
    expect(counted('int:bytes', 0, 0)).toBe(false)
  })
})
