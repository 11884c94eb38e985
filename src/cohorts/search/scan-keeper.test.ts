import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import type { Contender } from './scan-contender.ts'
import { compareContenders, ContenderKeeper, keptPerSet } from './scan-keeper.ts'

const random = createRandom(2)

/** Few sets of attributes, few values of fit: limits and ties matter. */
const contenders: Contender[] = Array.from({ length: 3000 }, (_, index) => {
  const order = 1 + random.integer(3)
  const conditions = Array.from({ length: order }, (_, i) => {
    const code = i === 0 ? index : random.integer(5)
    return { attribute: 2 * i + random.integer(2), first: code, last: code }
  })
  const fit = order + random.integer(200)
  return { conditions, score: fit, fit, cost: 1, prior: 0.1, counts: [1, 1, 1, 1] }
})

/** The definition: best first, the first ones of each set, the first ones of each order. */
function wanted(keep: number): Contender[] {
  const taken = new Map<string, number>()
  const isAmong = (key: string, most: number): boolean => {
    const place = (taken.get(key) ?? 0) + 1
    taken.set(key, place)
    return place <= most
  }
  return contenders
    .toSorted(compareContenders)
    .filter(({ conditions }) =>
      isAmong(conditions.map(({ attribute }) => attribute).join(), keptPerSet),
    )
    .filter(({ conditions }) => isAmong(`order ${conditions.length}`, keep))
}

test.each([1, 7, 30, 200])(
  'keeps the best %i of each order, in whatever order they come',
  (keep) => {
    for (const order of [contenders, contenders.toReversed()]) {
      const keeper = new ContenderKeeper(keep)
      for (const contender of order) keeper.add(contender)
      expect(keeper.list()).toEqual(wanted(keep))
    }
  },
)

test.each([2, 5])('%i keepers that are merged keep what one does', (parts) => {
  for (const keep of [3, 40]) {
    const merged = new ContenderKeeper(keep)
    for (let part = 0; part < parts; part++) {
      const keeper = new ContenderKeeper(keep)
      for (const contender of contenders.filter((_, i) => i % parts === part)) keeper.add(contender)
      for (const contender of keeper.list()) merged.add(contender)
    }
    expect(merged.list()).toEqual(wanted(keep))
  }
})
