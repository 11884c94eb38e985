import { createRandom } from '../../stats/random.ts'
import { detectableRise } from '../judge/detectable-rise.ts'
import { slowQuantiles } from '../judge/measures.ts'
import type { Policy } from '../judge/policy.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { PlantKind } from './self-check.ts'

export interface Plant {
  kind: PlantKind
  effect: number
  /** Per row: in the cohort. */
  mask: Uint8Array
  /** The cohort is the service or an operation, which the judge tests without a search. */
  isKnown: boolean
}

/** A copy of a table with a regression in it, and how hard it is to see. */
export interface Planted {
  table: UnitTable
  /** Per row: made worse. */
  touched: Uint8Array
  ratio: number
  expectedBad: number
  detectableRatio: number | null
}

/** Makes requests of the candidate in a cohort fail, or take longer. The table itself stays as it is. */
export function plantRegression(
  table: UnitTable,
  plant: Plant,
  policy: Policy,
  seed: number,
): Planted {
  return plant.kind === 'failures'
    ? plantFailures(table, plant, policy, seed)
    : plantDelay(table, plant, policy)
}

function plantFailures(
  table: UnitTable,
  { effect, mask, isKnown }: Plant,
  policy: Policy,
  seed: number,
): Planted {
  const random = createRandom(seed)
  const failed = table.failed.slice()
  const silent = table.silent.slice()
  const touched = new Uint8Array(table.rows)
  const traffic = { baseline: 0, candidate: 0, baselineFailed: 0 }
  let good = 0
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0) continue
    if (table.candidate[row] === 0) {
      traffic.baseline += 1
      traffic.baselineFailed += table.failed[row]!
      continue
    }
    traffic.candidate += 1
    if (table.failed[row] === 1) continue
    good += 1
    if (random.uniform() >= effect) continue
    touched[row] = 1
    failed[row] = 1
    silent[row] = 0
  }
  // no failure seen is not a rate of zero
  const rate = (traffic.baselineFailed + 0.5) / (traffic.baseline + 1)
  return {
    table: { ...table, failed, silent },
    touched,
    ratio: (rate + effect * (1 - rate)) / rate,
    expectedBad: effect * good,
    detectableRatio: detectableRise(traffic, isKnown, policy),
  }
}

function plantDelay(table: UnitTable, { effect, mask, isKnown }: Plant, policy: Policy): Planted {
  const duration = table.duration.slice()
  const touched = new Uint8Array(table.rows)
  const sides: [number[], number[]] = [[], []]
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0) continue
    const isCandidate = table.candidate[row] === 1
    if (isCandidate) {
      duration[row]! *= effect
      touched[row] = 1
    }
    sides[isCandidate ? 1 : 0].push(duration[row]!)
  }
  const sight = slowSight(sides, effect, isKnown, policy)
  return { table: { ...table, duration }, touched, ratio: effect, ...sight }
}

/**
 * What a delay adds to the requests beyond the quantiles of the baseline that the judge looks at, and the smallest factor
 * that the best of them should show: as much smaller (or greater) than this one as its rise is from what must be exceeded.
 */
export function slowSight(
  [baseline, candidate]: [number[], number[]],
  effect: number,
  isKnown: boolean,
  policy: Policy,
): Pick<Planted, 'expectedBad' | 'detectableRatio'> {
  const sorted = Float64Array.from(baseline).toSorted()
  let expectedBad = 0
  let detectableRatio: number | null = null
  for (const { quantile, minUnits } of slowQuantiles) {
    if (sorted.length < minUnits / 2) continue
    const bound = sorted[Math.ceil(quantile * sorted.length) - 1]!
    const slow = candidate.filter((millis) => millis > bound).length
    const usual = sorted.filter((millis) => millis > bound).length
    expectedBad = Math.max(expectedBad, slow - (1 - quantile) * candidate.length)
    const needed = detectableRise(
      { baseline: sorted.length, candidate: candidate.length, baselineFailed: usual },
      isKnown,
      // known claims are about the odds at every bound
      { ...policy, harmFailureRatio: isKnown ? policy.harmLatencyOdds : policy.harmSlowRatio },
    )
    const rise = slow / Math.max(1, candidate.length) / Math.max(1e-9, usual / sorted.length)
    if (needed === null || rise <= 1) continue
    // on a logarithmic scale: the rise of the share grows with the factor
    const factor = effect ** (Math.log(needed) / Math.log(rise))
    detectableRatio = Math.min(detectableRatio ?? Infinity, factor)
  }
  return { expectedBad, detectableRatio }
}
