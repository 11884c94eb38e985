/** A cell divided into two parts, each with the candidate's rows and the baseline's rate. */
import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
} from './cell-counts.ts'

/** Weight, in bad rows, of the parent's baseline rate in those of its two parts. */
const priorBad = 5

/** The candidate's rows. */
export interface Part {
  bad: number
  total: number
  /** Baseline's rate. */
  expected: number
}

/** @param rate the whole cell's, towards which the part's is shrunk */
export function partOf(four: ClassCounts, rate: number): Part {
  const baseTotal = four[baselineBad]! + four[baselineGood]!
  return {
    bad: four[candidateBad]!,
    total: four[candidateBad]! + four[candidateGood]!,
    expected: (four[baselineBad]! + priorBad) / (baseTotal + priorBad / rate),
  }
}

/** Of the candidate's rows, at a rate. */
export function logLikelihood({ bad, total }: Part, rate: number): number {
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

/** Log-likelihood of the candidate's rows of both parts, were the odds of both raised by the same factor. */
export function commonOdds(a: Part, b: Part): number {
  const odds = commonOddsRatio(a, b)
  return logLikelihood(a, shift(a.expected, odds)) + logLikelihood(b, shift(b.expected, odds))
}
