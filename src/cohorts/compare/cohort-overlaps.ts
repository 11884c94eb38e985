/** What cohorts have in common, by the rows of the sample. */
import { baselineBad, baselineGood, candidateBad, candidateGood } from '../cell-counts.ts'
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import type { BucketCounts, DiscoveryMeasure } from './cohort-source.ts'

interface Sample {
  table: CohortTable
  measures: readonly DiscoveryMeasure[]
}

interface BadInEach {
  both: number
  ofA: number
  ofB: number
}

/** Overlaps of cohorts in the sample, by the bad events of the candidate. */
export class CohortOverlaps {
  readonly #sample: Sample
  readonly #masks = new Map<string, Uint8Array>()

  constructor(sample: Sample) {
    this.#sample = sample
  }

  /** Those in both, of those in either. */
  of(a: Cohort, b: Cohort, measure: string): number {
    const { both, ofA, ofB } = this.#bad(a, b, measure)
    const either = ofA + ofB - both
    return either === 0 ? 0 : both / either
  }

  /** Those in both, of the cohort's that has fewer; 1 where it has none. */
  ofFewer(a: Cohort, b: Cohort, measure: string): number {
    const { both, ofA, ofB } = this.#bad(a, b, measure)
    const fewer = Math.min(ofA, ofB)
    return fewer === 0 ? 1 : both / fewer
  }

  #bad(a: Cohort, b: Cohort, measure: string): BadInEach {
    const { table, measures } = this.#sample
    const rows = measures.find(({ name }) => name === measure)
    if (rows === undefined) return { both: 0, ofA: 0, ofB: 0 }
    const weights = rows.weights ?? table.weights
    return badInEach(rows.bad, table.candidate, weights, this.#mask(a), this.#mask(b))
  }

  /** By class of `cell-counts.ts`: which share of the first cohort's rows lies outside the second; 1 where it has none. */
  outside(a: Cohort, b: Cohort, measure: string): Float64Array {
    const { table, measures } = this.#sample
    const share = new Float64Array(4).fill(1)
    const rows = measures.find(({ name }) => name === measure)
    if (rows === undefined) return share
    const weights = rows.weights ?? table.weights
    const [inA, inB] = [this.#mask(a), this.#mask(b)]
    const [all, left] = [new Float64Array(4), new Float64Array(4)]
    for (let row = 0; row < table.rows; row++) {
      if (inA[row] === 0 || rows.bad[row] === 255) continue
      const of = 2 * table.candidate[row]! + rows.bad[row]!
      const weight = weights?.[row] ?? 1
      all[of]! += weight
      if (inB[row] === 0) left[of]! += weight
    }
    return share.map((none, of) => (all[of] === 0 ? none : left[of]! / all[of]!))
  }

  #mask(cohort: Cohort): Uint8Array {
    const key = cohortKey(cohort)
    const known = this.#masks.get(key)
    if (known !== undefined) return known
    const mask = cohortMask(this.#sample.table, cohort)
    this.#masks.set(key, mask)
    return mask
  }
}

function badInEach(
  bad: Uint8Array,
  candidate: Uint8Array,
  weights: Float64Array | undefined,
  inA: Uint8Array,
  inB: Uint8Array,
): BadInEach {
  let both = 0
  let ofA = 0
  let ofB = 0
  for (let row = 0; row < bad.length; row++) {
    if (bad[row] !== 1 || candidate[row] !== 1) continue
    const weight = weights?.[row] ?? 1
    if (inA[row] === 1) ofA += weight
    if (inB[row] === 1) ofB += weight
    if (inA[row] === 1 && inB[row] === 1) both += weight
  }
  return { both, ofA, ofB }
}

/** Counts of a part of a cohort: of each class of `cell-counts.ts` this share. */
export function partOfCounts(counts: BucketCounts, share: Float64Array): BucketCounts {
  const { baselineBad: oldBad, baselineTotal, candidateBad: newBad, candidateTotal } = counts
  const times = (bad: Float64Array, of: number): Float64Array =>
    bad.map((count) => count * share[of]!)
  const total = (all: Float64Array, bad: Float64Array, good: number, isBad: number): Float64Array =>
    all.map((count, i) => bad[i]! * share[isBad]! + (count - bad[i]!) * share[good]!)
  return {
    baselineBad: times(oldBad, baselineBad),
    baselineTotal: total(baselineTotal, oldBad, baselineGood, baselineBad),
    candidateBad: times(newBad, candidateBad),
    candidateTotal: total(candidateTotal, newBad, candidateGood, candidateBad),
  }
}
