/** Seeded counts by bucket of one cohort and of everything, with dependent events: the oracle of the confirmation. */
import type { Random } from '../../../stats/random.ts'
import { bucketCount, type BucketCounts } from '../../compare/cohort-source.ts'
import type { Suggestion } from '../confirm-cohorts.ts'

export interface SimulatedTraffic {
  /** Expected events of the cohort on both sides together. */
  events: number
  /** Bad share of the baseline, 0 to 1. */
  rate: number
  /** Of all events; default 0.5. */
  candidateShare?: number
  /** Of all events; default 0.05. */
  cohortShare?: number
  /**
   * `none`: independent events. `units`: units of 1 to 50 events, most bad events from units that are prone to them. `host`:
   * independent events, and one unit of the candidate's in the cohort with as many bad events as are expected there (at
   * least 5).
   */
  clusters?: 'none' | 'units' | 'host'
  /** Each unit on one side, or on both (before and after); default `one`. */
  sides?: 'one' | 'both'
  /** Each unit inside or outside the cohort, or its events one by one; default `unit`. */
  membership?: 'unit' | 'event'
  /** Odds ratio of the cohort's candidate events, beyond the rest's; default 1. */
  effect?: number
  /** Odds ratio of all candidate events; default 1. */
  change?: number
}

export interface SimulatedSuggestion {
  everything: BucketCounts
  suggestion: Suggestion
}

const largestUnit = 50
const meanUnit = (1 + largestUnit) / 2
/** Units of a bucket that are drawn one by one. */
const mostUnits = 20

export function emptyBuckets(): BucketCounts {
  return {
    baselineBad: new Float64Array(bucketCount),
    baselineTotal: new Float64Array(bucketCount),
    candidateBad: new Float64Array(bucketCount),
    candidateTotal: new Float64Array(bucketCount),
  }
}

/** Odds multiplied. */
export function shiftRate(rate: number, oddsRatio: number): number {
  return (rate * oddsRatio) / (1 - rate + rate * oddsRatio)
}

/** One draw. The cohort's units are those of the candidate with bad events in it. */
export function simulateSuggestion(
  random: Random,
  traffic: SimulatedTraffic,
  measure = 'rate',
): SimulatedSuggestion {
  const { events, rate, candidateShare = 0.5, cohortShare = 0.05, clusters = 'none' } = traffic
  const { sides = 'one', membership = 'unit', effect = 1, change = 1 } = traffic
  const everything = emptyBuckets()
  const cohort = emptyBuckets()
  let units = 0
  const add = (
    bucket: number,
    side: number,
    inside: boolean,
    total: number,
    base: number,
  ): void => {
    if (total === 0) return
    const odds = side === 1 ? change * (inside ? effect : 1) : 1
    const bad = random.binomial(total, shiftRate(base, odds))
    for (const counts of inside ? [everything, cohort] : [everything]) {
      if (side === 1) {
        counts.candidateBad[bucket]! += bad
        counts.candidateTotal[bucket]! += total
      } else {
        counts.baselineBad[bucket]! += bad
        counts.baselineTotal[bucket]! += total
      }
    }
    if (inside && side === 1) units += base === rate ? bad : Math.min(1, bad)
  }
  const parts = (share: number): number[] => [1 - share, share]
  const prone = rate < 0.3 ? 0.4 : 0.9
  const calm = 0.2 * rate
  const proneShare = (rate - calm) / (prone - calm)
  const all = events / cohortShare / bucketCount

  const addUnit = (bucket: number, base: number): void => {
    const size = 1 + random.integer(largestUnit)
    const side = random.uniform() < candidateShare ? 1 : 0
    const whole = random.uniform() < cohortShare ? size : 0
    const inside = membership === 'event' ? random.binomial(size, cohortShare) : whole
    for (const [total, isInside] of [
      [inside, true],
      [size - inside, false],
    ] as const) {
      const onCandidate = sides === 'both' ? random.binomial(total, candidateShare) : total * side
      add(bucket, 1, isInside, onCandidate, base)
      add(bucket, 0, isInside, total - onCandidate, base)
    }
  }
  const addEvents = (bucket: number, expected: number, base: number): void => {
    for (const [inside, ofCohort] of parts(cohortShare).entries()) {
      for (const [side, ofSide] of parts(candidateShare).entries()) {
        add(bucket, side, inside === 1, random.poisson(expected * ofCohort * ofSide), base)
      }
    }
  }
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    if (clusters !== 'units') {
      addEvents(bucket, all, rate)
      continue
    }
    const calmEvents = all * (1 - proneShare)
    // many calm units with few bad events are as good as independent
    if (calmEvents > mostUnits * meanUnit) addEvents(bucket, calmEvents, calm)
    else
      for (let left = random.poisson(calmEvents / meanUnit); left > 0; left--) addUnit(bucket, calm)
    for (let left = random.poisson((all * proneShare) / meanUnit); left > 0; left--) {
      addUnit(bucket, prone)
    }
  }
  if (clusters === 'host') {
    const expected = Math.max(5, Math.round(events * candidateShare * rate))
    add(random.integer(bucketCount), 1, true, 2 * expected, 0.5)
  }
  const suggestion: Suggestion = {
    kind: 'share',
    measure,
    counts: cohort,
    units: { baseline: units, candidate: units },
  }
  return { everything, suggestion }
}
