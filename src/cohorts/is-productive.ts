import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
} from './cell-counts.ts'
import type { MeasureKind } from './compare/cohort-source.ts'
import { binomialLogLikelihood } from './likelihood-gain.ts'
import { commonOdds, logLikelihood, partOf } from './parts-of-cell.ts'

/** Weighted counts of a description, and what it costs to name it. */
export interface Described {
  four: ClassCounts
  /** `prior`: rate towards which the baseline's is shrunk. */
  contender: { cost: number; prior: number }
}

/**
 * Whether a child describes the candidate's rows of its parent better (productive in the sense of Webb 2007): "the child
 * has a rate of its own, the rest of the parent did not change" against "the odds of all of the parent rose alike", each
 * with the cost of naming it. For volumes the same with splits between the sides in place of rates.
 * @param all everything that is compared, the parent's rows too
 */
export function isProductive(
  child: Described,
  parent: Described,
  kind: MeasureKind,
  all: ClassCounts,
): boolean {
  if (kind === 'volume') return splitsBetter(child, parent, all)
  const rest = parent.four.map((count, index) => Math.max(0, count - child.four[index]!))
  const both = rest.map((count, index) => count + child.four[index]!)
  const parentTotal = both[baselineBad]! + both[baselineGood]!
  const rate = (both[baselineBad]! + 1) / (parentTotal + 1 / parent.contender.prior)
  const inside = partOf(child.four, rate)
  const outside = partOf(rest, rate)
  const narrow =
    binomialLogLikelihood(inside.bad, inside.total) + logLikelihood(outside, outside.expected)
  const wide = commonOdds(inside, outside)
  return narrow - child.contender.cost > wide - parent.contender.cost
}

function splitsBetter(child: Described, parent: Described, all: ClassCounts): boolean {
  const inside = splitOf(child.four)
  const whole = splitOf(parent.four)
  const outside = { bad: whole.bad - inside.bad, total: whole.total - inside.total }
  const rest = splitOf(all)
  const unchanged = (rest.bad - whole.bad + 0.5) / (rest.total - whole.total + 1)
  const narrow =
    binomialLogLikelihood(inside.bad, inside.total) +
    logLikelihood({ ...outside, expected: unchanged }, unchanged)
  const wide = binomialLogLikelihood(whole.bad, whole.total)
  return narrow - child.contender.cost > wide - parent.contender.cost
}

/** `bad`: rows of the candidate. */
function splitOf(four: ClassCounts): { bad: number; total: number } {
  const bad = four[candidateBad]! + four[candidateGood]!
  return { bad, total: bad + four[baselineBad]! + four[baselineGood]! }
}
