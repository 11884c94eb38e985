import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
} from '../cell-counts.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import { restSplit } from './search-gains.ts'

export interface CellSides {
  bad: number
  total: number
  baseBad: number
  baseTotal: number
}

export function sidesOf(four: ClassCounts): CellSides {
  const bad = four[candidateBad]!
  const baseBad = four[baselineBad]!
  return {
    bad,
    total: bad + four[candidateGood]!,
    baseBad,
    baseTotal: baseBad + four[baselineGood]!,
  }
}

/** How many times as bad as the rest: the candidate's rates; for volumes the odds of the split, either way. */
export function effectBeyondRest(kind: MeasureKind, four: ClassCounts, all: ClassCounts): number {
  if (kind === 'volume') {
    const rest = restSplit(four, all)
    const odds = ((four[candidateBad]! + 0.5) / (four[baselineBad]! + 0.5)) * ((1 - rest) / rest)
    return Math.max(odds, 1 / odds)
  }
  const inside = sidesOf(four)
  const restBad = all[candidateBad]! - inside.bad
  const restTotal = all[candidateBad]! + all[candidateGood]! - inside.total
  return inside.bad / inside.total / ((restBad + 0.5) / (restTotal + 1))
}

/** Whether a cell has rows enough to be reported; a volume must leave most rows to compare with. */
export function hasSupport(
  kind: MeasureKind,
  four: ArrayLike<number>,
  all: ClassCounts,
  minimumBad: number,
): boolean {
  const candidate = four[candidateBad]!
  if (kind === 'share') return candidate >= minimumBad
  const baseline = four[baselineBad]!
  return (
    Math.max(candidate, baseline) >= minimumBad &&
    2 * (candidate + baseline) <= all[candidateBad]! + all[baselineBad]!
  )
}
