import type { ComparisonBlock } from '../../../stats/e-process.ts'
import { harmRateRatio } from '../../../stats/rate-ratio-test.ts'
import { rateRatioInterval, type RateRatioInterval } from '../../../stats/rate-ratio-interval.ts'
import type { JudgeWindow } from '../judge-window.ts'
import type { FindingUnits } from './finding-units.ts'

/** The side of another release that a trace was on; `absent` where it did not meet the other service. */
export const otherSides = { old: 0, new: 1, absent: 2 } as const

/** How often bad units are, new version against old, with everything else held fixed. */
export interface HeldFixed extends RateRatioInterval {
  /** log of the largest e-value against "not by more than the margin" */
  maxLogE: number
}

/** The units of a finding before the release, where it is the time before that it is compared with. */
export interface Before {
  total: number
  bad: number
}

export interface ToldApart {
  verdict: 'own' | 'other' | 'confounded'
  /** This release, the version of the other service held fixed. */
  own: HeldFixed
  /** The other release, the version of this service held fixed. */
  other: HeldFixed
  /** This release, whatever the other. */
  alone: HeldFixed
  /** Of this release's bad units, those whose traces met the other service at all. */
  onPath: number
  /** Of the traces with both services, those that met both new versions or both old ones. */
  together: number
  /** Of a rise against the time before: what there is of it where the other's new version is not. */
  elsewhere: HeldFixed | null
}

/** An effect counts with this evidence: it decides between two suspects, not whether there is harm. */
const strongLogE = Math.log(20)
/** The other service has to be in at least so many of the bad traces to be suspected. */
const leastOnPath = 0.5
const intervalAlpha = 0.05

/**
 * Which of two overlapping releases bad units go with (judge.md §6.10; the stratified comparison of Mantel & Haenszel 1959
 * with an e-process in place of their statistic): units are compared at the same time, in the same stratum and with the
 * version of one service held fixed, by the version of the other one. What vanishes when the other's version is held
 * fixed, and stays for the other when ours is, is the other's. A rise against the time before is in both of our versions, so
 * holding the other's fixed shows nothing; it is the other's if it is not there where the other's new version is not.
 * @param side of the other release, by unit
 * @param before of a rise against the time before
 */
export function tellApart(
  units: FindingUnits,
  side: ArrayLike<number>,
  window: JudgeWindow,
  margin: number,
  before: Before | null = null,
): ToldApart {
  const rows = Array.from({ length: units.traceIds.length }, (_, row) => row)
  const met = rows.filter((row) => side[row] !== otherSides.absent)
  const ofUnit = (row: number): number => units.candidate[row]!
  const ofOther = (row: number): number => side[row]!
  const none = (): number => 0
  const compare = (
    among: readonly number[],
    treated: (row: number) => number,
    fixed: (row: number) => number,
  ): HeldFixed => compared(units, among, treated, fixed, window, margin)
  const own = compare(rows, ofUnit, ofOther)
  const other = compare(met, ofOther, ofUnit)
  const otherAlone = compare(met, ofOther, none)
  const alone = compare(rows, ofUnit, none)
  const bad = rows.filter(
    (row) => units.bad[row] === 1 && (before !== null || units.candidate[row] === 1),
  )
  const elsewhere =
    before && risen(units, rows, (row) => side[row] !== otherSides.new, before, margin)
  const risenAnywhere = before && risen(units, rows, () => true, before, margin)
  const onPath =
    bad.filter((row) => side[row] !== otherSides.absent).length / Math.max(1, bad.length)
  const together =
    met.filter((row) => units.candidate[row] === side[row]).length / Math.max(1, met.length)
  const isSuspect = onPath >= leastOnPath && otherAlone.maxLogE >= strongLogE
  const isOwn = !isSuspect || own.maxLogE >= strongLogE
  // no evidence is not evidence of none: what this release shows alone must be excluded once the other is held fixed
  const [left, whole] =
    elsewhere === null || risenAnywhere === null ? [own, alone] : [elsewhere, risenAnywhere]
  const isRisen = elsewhere !== null && elsewhere.maxLogE >= strongLogE
  const isExcluded = !isRisen && left.high !== null && left.high < (whole.ratio ?? Infinity)
  const isOther = other.maxLogE >= strongLogE && isExcluded
  const verdict = isOwn ? 'own' : isOther ? 'other' : 'confounded'
  return { verdict, own, other, alone, onPath, together, elsewhere }
}

/** Units of some rows against those before the release. */
function risen(
  units: FindingUnits,
  rows: readonly number[],
  counts: (row: number) => boolean,
  before: Before,
  margin: number,
): HeldFixed {
  const block = {
    candidateTotal: 0,
    candidateBad: 0,
    baselineTotal: before.total,
    baselineBad: before.bad,
  }
  for (const row of rows) {
    if (!counts(row)) continue
    block.candidateTotal += 1
    block.candidateBad += units.bad[row]!
  }
  const test = harmRateRatio({ margin })
  test.update(block)
  return { ...rateRatioInterval([block], intervalAlpha), maxLogE: test.maxLogE }
}

function compared(
  { bad, at, stratum }: FindingUnits,
  rows: readonly number[],
  treated: (row: number) => number,
  fixed: (row: number) => number,
  window: JudgeWindow,
  margin: number,
): HeldFixed {
  const blocks = new Map<string, ComparisonBlock & { block: number }>()
  for (const row of rows) {
    const block = Math.floor((at[row]! - window.from) / window.blockMillis)
    const key = `${block} ${stratum[row]!} ${fixed(row)}`
    let counts = blocks.get(key)
    if (counts === undefined) {
      counts = { block, candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
      blocks.set(key, counts)
    }
    const name = treated(row) === 1 ? 'candidate' : 'baseline'
    counts[`${name}Total`] += 1
    counts[`${name}Bad`] += bad[row]!
  }
  const inOrder = [...blocks.values()].toSorted((a, b) => a.block - b.block)
  const test = harmRateRatio({ margin })
  for (const block of inOrder) test.update(block)
  return { ...rateRatioInterval(inOrder, intervalAlpha), maxLogE: test.maxLogE }
}
