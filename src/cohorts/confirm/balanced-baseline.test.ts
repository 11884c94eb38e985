import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { confirmCohorts, type Suggestion } from './confirm-cohorts.ts'

const buckets = 256

/** Events one by one into random buckets; each of the baseline counts for `weight()`. */
function counted(
  { bad, total, baseBad, baseTotal }: Record<'bad' | 'total' | 'baseBad' | 'baseTotal', number>,
  seed: number,
  weight: () => number = () => 1,
): BucketCounts {
  const random = createRandom(seed)
  const counts: BucketCounts = {
    baselineBad: new Float64Array(buckets),
    baselineTotal: new Float64Array(buckets),
    candidateBad: new Float64Array(buckets),
    candidateTotal: new Float64Array(buckets),
  }
  for (let event = 0; event < total; event++) {
    const bucket = random.integer(buckets)
    counts.candidateTotal[bucket]! += 1
    if (event < bad) counts.candidateBad[bucket]! += 1
  }
  for (let event = 0; event < baseTotal; event++) {
    const bucket = random.integer(buckets)
    const each = weight()
    counts.baselineTotal[bucket]! += each
    if (event < baseBad) counts.baselineBad[bucket]! += each
  }
  return counts
}

const few = { bad: 16, total: 60, baseBad: 4, baseTotal: 66 }
const plenty = { bad: 900, total: 60_000, baseBad: 900, baseTotal: 60_000 }
const units = { baseline: 100, candidate: 100 }

function pOf(counts: BucketCounts, all: BucketCounts, more: Partial<Suggestion> = {}): number {
  const suggestion: Suggestion = { kind: 'share', measure: 'rate', counts, units, ...more }
  const everything = new Map([['rate', all]])
  return confirmCohorts(everything, [suggestion])[0]!.p
}

test('what the weights of a baseline have in common neither adds nor takes evidence', () => {
  const all = counted(plenty, 1)
  const plain = pOf(counted(few, 2), all, { baselineEvents: few.baseTotal })
  for (const weight of [0.25, 4]) {
    const balanced = counted(few, 2, () => weight)
    // a little differs with the rest, of which the cohort is taken
    const own = pOf(balanced, all, { baselineEvents: few.baseTotal })
    expect(Math.abs(Math.log(own / plain))).toBeLessThan(0.25)
    // and without the number of events it would
    const off = Math.abs(Math.log(pOf(balanced, all) / plain))
    expect(off).toBeGreaterThan(0.5)
  }
})
