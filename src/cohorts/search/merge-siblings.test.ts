import { expect, test } from 'vitest'

import { mergeSiblings } from './merge-siblings.ts'
import type { FoundCohort } from './search-measure.ts'

/** @param four good and bad rows of the baseline, then of the candidate */
function found(value: string, score: number, four: number[]): FoundCohort {
  return {
    cohort: [{ attribute: 'store', op: '=', value }],
    score,
    alternatives: [],
    rows: Uint32Array.of(score),
    four: Float64Array.from(four),
  }
}

const onlyBad = found('c', 9, [0, 30, 0, 40])

test('a cohort of bad rows alone, on both sides, stands beside siblings that have good ones too', () => {
  // its odds of failing are those of the other's split, which must not be compared with them
  const mixed = found('a', 20, [900, 10, 43, 57])
  for (const pair of [
    [mixed, onlyBad],
    [onlyBad, mixed],
  ]) {
    expect(mergeSiblings(pair, 'share')).toEqual(pair)
  }
})

test('siblings that changed alike are one cohort, by rates for shares and by the split for volumes', () => {
  const alike = found('b', 8, [0, 33, 0, 41])
  const either = { attribute: 'store', op: 'in', values: ['b', 'c'] }
  for (const kind of ['share', 'volume'] as const) {
    const merged = mergeSiblings([onlyBad, alike], kind)
    expect(merged).toHaveLength(1)
    expect(merged[0]).toMatchObject({ cohort: [either], score: 17 })
    expect([...merged[0]!.four]).toEqual([0, 63, 0, 81])
  }
  // all of them fail on both sides, but the candidate has far more of them
  const more = found('b', 8, [0, 30, 0, 400])
  expect(mergeSiblings([onlyBad, more], 'volume')).toHaveLength(2)
})
