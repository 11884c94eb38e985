import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import type { Cohort } from '../cohort.ts'
import { bucketCount, type CohortCounts } from './cohort-source.ts'
import { confirmSuggested } from './confirm-suggested.ts'

const cohort: Cohort = [{ attribute: 'plan', op: '=', value: 'free' }]

/** As many events in the discovery half as in the other; each of the baseline's there weighs `weight`. */
function counted(
  [bad, total, baseBad, baseTotal]: [number, number, number, number],
  weight: number,
): CohortCounts {
  const random = createRandom(2)
  const spread = (events: number, each: number): Float64Array => {
    const counts = new Float64Array(bucketCount)
    for (let event = 0; event < events; event++) counts[random.integer(bucketCount)]! += each
    return counts
  }
  const plus = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((count, i) => count + b[i]!)
  const [candidateBad, baselineBad] = [spread(bad, 1), spread(baseBad, weight)]
  return {
    baseline: { bad: 2 * baseBad, total: 2 * baseTotal },
    candidate: { bad: 2 * bad, total: 2 * total },
    discovery: { baseline: { bad: baseBad, total: baseTotal }, candidate: { bad, total } },
    confirmation: {
      candidateBad,
      candidateTotal: plus(candidateBad, spread(total - bad, 1)),
      baselineBad,
      baselineTotal: plus(baselineBad, spread(baseTotal - baseBad, weight)),
    },
    units: { baseline: 100, candidate: 100 },
  }
}

test('a baseline that is weighted to the mix is as sure as its own events', () => {
  const everything = counted([900, 60_000, 900, 60_000], 1)
  const pOf = (weight: number): number => {
    const own = counted([22, 60, 4, 66], weight)
    const [confirmed] = confirmSuggested([{ measure: 'rate', cohort, alternatives: [] }], {
      measures: [{ name: 'rate', kind: 'share' }],
      of: (asked) => (asked.length === 0 ? everything : own),
    })
    return confirmed!.confirmation.p
  }
  const even = Math.log(pOf(1))
  for (const weight of [0.25, 4]) expect(Math.abs(Math.log(pOf(weight)) - even)).toBeLessThan(0.3)
})
