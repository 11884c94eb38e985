/** The gains of `likelihood-gain.ts` on the four counts of a cell. */
import {
  baselineBad,
  baselineGood,
  candidateBad,
  candidateGood,
  type ClassCounts,
} from './cell-counts.ts'
import { likelihoodGain, restOddsRatio } from './likelihood-gain.ts'

type Gain = typeof likelihoodGain

/** Nats for four counts, given the rate to shrink the baseline's towards. */
export type CellGain = (four: ClassCounts, prior: number) => number

/** Gain over what the rest (everything else in `all`) explains; its change is taken as known. */
export function gainBeyondRest(gain: Gain, all: ClassCounts, restRatio: number): CellGain {
  const allCandidate = all[candidateBad]! + all[candidateGood]!
  const allBaseline = all[baselineBad]! + all[baselineGood]!
  return (four, prior) => {
    const bad = four[candidateBad]!
    const total = bad + four[candidateGood]!
    const baseBad = four[baselineBad]!
    const baseTotal = baseBad + four[baselineGood]!
    const ratio = restOddsRatio(
      all[candidateBad]! - bad,
      allCandidate - total,
      all[baselineBad]! - baseBad,
      allBaseline - baseTotal,
      restRatio,
    )
    return gain(bad, total, baseBad, baseTotal, prior, ratio)
  }
}

/** Standard errors by which the rest's change may be larger than it seems. */
const doubts = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3]

/**
 * Spread of the rest's log odds ratio before any data: where hardly anything fails, nothing is known about the ratio,
 * and yet it is unlikely to be large.
 */
const restSpread = 0.4

/**
 * Evidence that a cell is worse than the rest explains, with the rest's change uncertain as well: "no change" may choose
 * a larger one, at the price of its log-likelihood (profile likelihood, normal in the log odds ratio). Matters where the
 * rest is small beside the cell.
 */
export function evidenceBeyondRest(all: ClassCounts, restRatio: number): CellGain {
  return (four, prior) => {
    const rest = four.map((count, index) => all[index]! - count)
    const variance = 1 / (rest[candidateBad]! + 1) + 1 / (rest[baselineBad]! + 1)
    const error = 1 / Math.sqrt(1 / variance + 1 / restSpread ** 2)
    const inflated =
      (doubt: number): Gain =>
      (bad, total, baseBad, baseTotal, rate, ratio) =>
        likelihoodGain(bad, total, baseBad, baseTotal, rate, ratio * Math.exp(doubt * error))
    return doubts.reduce(
      (least, doubt) =>
        Math.min(
          least,
          gainBeyondRest(inflated(doubt), all, restRatio)(four, prior) + doubt ** 2 / 2,
        ),
      Infinity,
    )
  }
}

/** Gain over "nothing changed". */
export function gainBeyondNothing(gain: Gain): CellGain {
  return (four, prior) => {
    const bad = four[candidateBad]!
    const baseBad = four[baselineBad]!
    const total = bad + four[candidateGood]!
    return gain(bad, total, baseBad, baseBad + four[baselineGood]!, prior, 1)
  }
}
