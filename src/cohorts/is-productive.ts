import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
} from './cell-counts.ts'
import type { ExactCohort } from './exact-cohort.ts'
import { binomialLogLikelihood } from './likelihood-gain.ts'

/** Weight, in bad rows, of the parent's baseline rate in those of its two parts. */
const priorBad = 5

interface Part {
  bad: number
  total: number
  /** Baseline's rate. */
  expected: number
}

/**
 * Whether a child describes the candidate's rows of its parent better (productive in the sense of Webb 2007): "the child
 * has a rate of its own, the rest of the parent did not change" against "the odds of all of the parent rose alike", each
 * with the cost of naming it.
 */
export function isProductive(child: ExactCohort, parent: ExactCohort): boolean {
  const rest = parent.four.map((count, index) => Math.max(0, count - child.four[index]!))
  const all = rest.map((count, index) => count + child.four[index]!)
  const parentTotal = all[baselineBad]! + all[baselineGood]!
  const rate = (all[baselineBad]! + 1) / (parentTotal + 1 / parent.contender.prior)
  const inside = partOf(child.four, rate)
  const outside = partOf(rest, rate)
  const narrow =
    binomialLogLikelihood(inside.bad, inside.total) + logLikelihood(outside, outside.expected)
  const odds = commonOddsRatio(inside, outside)
  const wide =
    logLikelihood(inside, shift(inside.expected, odds)) +
    logLikelihood(outside, shift(outside.expected, odds))
  return narrow - child.contender.cost > wide - parent.contender.cost
}

function partOf(four: ClassCounts, rate: number): Part {
  const baseTotal = four[baselineBad]! + four[baselineGood]!
  return {
    bad: four[candidateBad]!,
    total: four[candidateBad]! + four[candidateGood]!,
    expected: (four[baselineBad]! + priorBad) / (baseTotal + priorBad / rate),
  }
}

function logLikelihood({ bad, total }: Part, rate: number): number {
  return bad * Math.log(rate) + (total - bad) * Math.log1p(-rate)
}

function shift(rate: number, odds: number): number {
  return Math.min(1 - 1e-12, (odds * rate) / (1 + (odds - 1) * rate))
}

/** The odds ratio with which both parts together have as many bad rows as they do; found by bisection. */
function commonOddsRatio(a: Part, b: Part): number {
  const bad = Math.min(a.bad + b.bad, a.total + b.total - 0.5)
  let low = 0
  let high = 40
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    const odds = Math.exp(middle)
    const expected = a.total * shift(a.expected, odds) + b.total * shift(b.expected, odds)
    if (expected < bad) low = middle
    else high = middle
  }
  return Math.exp(low)
}
