/** Whether a cohort changed more than the rest: the evidence and the size of it, with dependent events. */
import { crossing } from '../../stats/crossing.ts'
import { exactOddsRatioDeviate } from '../../stats/exact-odds-ratio.ts'
import { leastBetween } from '../../stats/least-between.ts'
import {
  largestLogOdds,
  logOddsRatio,
  signedRootDeviance,
  type OddsRatioTable,
} from '../../stats/odds-ratio-table.ts'
import { studentUpperQuantile } from '../../stats/student-t.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { dividedTable, restOf, smallestCell, tableOf } from './bucket-tables.ts'
import { clusteredVariance, independentVariance, logOddsParts } from './clustered-variance.ts'
import { cohortEffect } from './design-effect.ts'

export interface BeyondRest {
  /** Standard errors by which the cohort's log odds ratio is above 0, and above the rest's. */
  own: number
  beyond: number
  /** Degrees of freedom of Student's t that each of them follows if there is no change. */
  ownFreedom: number
  freedom: number
  /** Log odds ratio beyond the rest's, with its 95 % interval; open ends are `largestLogOdds`. */
  effect: { value: number; low: number; high: number }
}

/** Below that many (independent) events in any of the four cells, tests are exact. */
export const smallCount = 50

/**
 * Standard deviation of the rest's log odds ratio before any data, used where the rest has small counts: where nothing
 * fails, nothing is known about the ratio, and yet it is unlikely to be a hundred.
 */
const restSpread = 1

/**
 * Least variance over that of independent events. Units that are on both sides may cancel out entirely; nobody should
 * trust an estimate of nearly no variance.
 */
const leastEffect = 0.25

/** Evidence of one set of rows against an odds ratio, as a normal or t deviate. */
interface Evidence {
  deviate: (logOddsRatio: number) => number
  estimate: number
  freedom: number
  isLarge: boolean
}

/**
 * @param usual the design effect of everything under the measure
 * @param rest null where there is none: the cohort is everything
 */
export function beyondRest(
  cohort: BucketCounts,
  rest: BucketCounts | null,
  usual: number,
): BeyondRest {
  const own = ownEvidence(cohort, usual)
  if (rest === null) {
    const deviate = own.deviate(0)
    return {
      own: deviate,
      beyond: deviate,
      ownFreedom: own.freedom,
      freedom: own.freedom,
      effect: differenceInterval(own, null, own.freedom),
    }
  }
  const { first, second, freedom } = jointEvidence(cohort, rest, own)
  return {
    own: own.deviate(0),
    beyond: profileDeviate(first, second),
    ownFreedom: own.freedom,
    freedom,
    effect: differenceInterval(first, second, freedom),
  }
}

/** Everything but the cohort; null where hardly anything is left on either side. */
export function restOrNothing(everything: BucketCounts, cohort: BucketCounts): BucketCounts | null {
  const rest = restOf(everything, cohort)
  const { candidateTotal, baselineTotal } = tableOf(rest)
  return candidateTotal + baselineTotal > 0 ? rest : null
}

function ownEvidence(counts: BucketCounts, usual: number): Evidence {
  const table = tableOf(counts)
  const { effect, freedom } = cohortEffect(counts, usual)
  const effective = dividedTable(table, effect)
  if (smallestCell(effective) < smallCount) {
    return {
      deviate: (logPsi) => exactOddsRatioDeviate(effective, logPsi),
      estimate: clamp(logOddsRatio(effective)),
      freedom,
      isLarge: false,
    }
  }
  const robust = clusteredVariance(logOddsParts(counts, table))
  return scaled(table, robust.variance / independentVariance(table), robust.freedom)
}

function scaled(table: OddsRatioTable, effect: number, freedom: number): Evidence {
  const root = Math.sqrt(Math.max(leastEffect, effect))
  return {
    deviate: (logPsi) => signedRootDeviance(table, logPsi) / root,
    estimate: clamp(logOddsRatio(table)),
    freedom,
    isLarge: true,
  }
}

/** The cohort's and the rest's evidence on one scale; where both are large, what they share by bucket counts too. */
function jointEvidence(
  cohort: BucketCounts,
  rest: BucketCounts,
  own: Evidence,
): { first: Evidence; second: Evidence; freedom: number } {
  const [table, restTable] = [tableOf(cohort), tableOf(rest)]
  const restIsLarge =
    smallestCell(dividedTable(restTable, cohortEffect(rest, 1).effect)) >= smallCount
  if (restIsLarge && own.isLarge) {
    const { variance, freedom } = clusteredVariance([
      ...logOddsParts(cohort, table),
      ...logOddsParts(rest, restTable, -1),
    ])
    const effect = variance / (independentVariance(table) + independentVariance(restTable))
    return {
      first: scaled(table, effect, freedom),
      second: scaled(restTable, effect, freedom),
      freedom,
    }
  }
  const plain = scaled(restTable, restEffect(cohort, rest), Infinity)
  return { first: own, second: restIsLarge ? plain : withPrior(plain), freedom: own.freedom }
}

/**
 * The rest's variance, less twice what it has in common with the cohort's (units that are in both), over that of
 * independent events; at least 1.
 */
function restEffect(cohort: BucketCounts, rest: BucketCounts): number {
  const padded = (table: OddsRatioTable): OddsRatioTable => ({
    candidateBad: table.candidateBad + 0.5,
    candidateTotal: table.candidateTotal + 1,
    baselineBad: table.baselineBad + 0.5,
    baselineTotal: table.baselineTotal + 1,
  })
  const restTable = padded(tableOf(rest))
  const ofCohort = logOddsParts(cohort, padded(tableOf(cohort)))
  const ofRest = logOddsParts(rest, restTable, -1)
  // variance of the difference less the cohort's: what is left for the rest
  const left =
    clusteredVariance([...ofCohort, ...ofRest]).variance - clusteredVariance(ofCohort).variance
  return Math.max(1, left / independentVariance(restTable))
}

/** The rest's log odds ratio is near 0 unless its counts say otherwise. */
function withPrior(rest: Evidence): Evidence {
  const deviate = (logPsi: number): number => {
    const signed = rest.deviate(logPsi)
    return signed ** 2 + (logPsi / restSpread) ** 2
  }
  const slope = (logPsi: number): number => (deviate(logPsi + 1e-4) - deviate(logPsi - 1e-4)) / 2e-4
  const estimate = crossing((x) => -slope(x), 0, -largestLogOdds, largestLogOdds)
  const least = deviate(estimate)
  return {
    deviate: (logPsi) =>
      Math.sign(estimate - logPsi) * Math.sqrt(Math.max(0, deviate(logPsi) - least)),
    estimate,
    freedom: Infinity,
    isLarge: false,
  }
}

/**
 * Evidence that the cohort's odds ratio is above the rest's while the rest's is uncertain as well: "no change" chooses
 * the common ratio that fits both best (profile likelihood).
 */
function profileDeviate(cohort: Evidence, rest: Evidence): number {
  const [a, b] = [cohort.estimate, rest.estimate]
  const least = leastBetween(
    (common) => cohort.deviate(common) ** 2 + rest.deviate(common) ** 2,
    Math.min(a, b),
    Math.max(a, b),
  )
  return Math.sign(cohort.deviate(b)) * Math.sqrt(least)
}

/** Interval of a difference from the intervals of its parts (Zou & Donner 2008), both by inverting the test. */
function differenceInterval(
  cohort: Evidence,
  rest: Evidence | null,
  freedom: number,
): BeyondRest['effect'] {
  const t = studentUpperQuantile(0.025, freedom)
  const end = (of: Evidence, level: number): number =>
    crossing(of.deviate, level, -largestLogOdds, largestLogOdds)
  const [low, high] = [end(cohort, t), end(cohort, -t)]
  const { estimate } = cohort
  if (rest === null) return ordered(estimate, low, high)
  const value = estimate - rest.estimate
  const above = Math.max(0, end(rest, -t) - rest.estimate)
  const below = Math.max(0, rest.estimate - end(rest, t))
  return ordered(
    value,
    low <= -largestLogOdds ? -Infinity : value - Math.hypot(estimate - low, above),
    high >= largestLogOdds ? Infinity : value + Math.hypot(high - estimate, below),
  )
}

function ordered(value: number, low: number, high: number): BeyondRest['effect'] {
  const [from, to] = [clamp(low), clamp(high)]
  return { value: Math.min(to, Math.max(from, value)), low: from, high: to }
}

function clamp(logOdds: number): number {
  return Math.max(-largestLogOdds, Math.min(largestLogOdds, logOdds))
}
