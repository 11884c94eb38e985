import { harmRateRatio } from '../../../stats/rate-ratio-test.ts'
import type { Release } from '../../release.ts'
import type { FindingUnits } from './finding-units.ts'

/** What the order in time says of a rise that all versions have. */
export interface ToldByOrder {
  verdict: 'own' | 'other' | 'confounded'
  /** Shares of bad units since this release began: before and since the other one began; null where there are none. */
  before: number | null
  since: number | null
}

/** Two releases that begin within this time of each other cannot be told apart by when they began. */
const sameTimeMillis = 60_000
/** An effect counts with this evidence. */
const strongLogE = Math.log(20)

/**
 * A rise against the time before a release is not that release's if it came only when another one began. One that was there
 * between the two starts is its own; where they began together, nobody can tell.
 * @param usual share of bad units before both
 * @param margin up to which a share counts as the usual one
 */
export function tellByOrder(
  units: FindingUnits,
  release: Release,
  other: Release,
  usual: number,
  margin: number,
): ToldByOrder {
  const began = Date.parse(other.startedAt)
  const distance = began - Date.parse(release.startedAt)
  const counts = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
  for (let row = 0; row < units.traceIds.length; row++) {
    const name = units.at[row]! >= began ? 'candidate' : 'baseline'
    counts[`${name}Total`] += 1
    counts[`${name}Bad`] += units.bad[row]!
  }
  const share = (bad: number, total: number): number | null => (total === 0 ? null : bad / total)
  const before = share(counts.baselineBad, counts.baselineTotal)
  const since = share(counts.candidateBad, counts.candidateTotal)
  if (Math.abs(distance) <= sameTimeMillis) return { verdict: 'confounded', before, since }
  // an earlier one is part of the time that this release is compared with
  if (distance < 0 || before === null) return { verdict: 'own', before, since }
  const test = harmRateRatio({ margin })
  test.update(counts)
  const isOther = before <= margin * usual && test.maxLogE >= strongLogE
  return { verdict: isOther ? 'other' : 'own', before, since }
}
