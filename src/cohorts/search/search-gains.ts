/** What is gained by saying that a cell changed, for both kinds of measures. */
import type { MeasureKind } from '../compare/cohort-source.ts'
import { baselineBad, candidateBad, type ClassCounts, type Population } from '../cell-counts.ts'
import {
  evidenceBeyondRest,
  gainBeyondNothing,
  gainBeyondRest,
  type CellGain,
} from '../gain-beyond-rest.ts'
import { binomialLogLikelihood, candidateGain, likelihoodGain } from '../likelihood-gain.ts'
import { withUsualSplit } from './usual-split.ts'

export interface Gains {
  /** Nats of evidence that the cell changed at all. */
  evidence: CellGain
  /** Nats by which the cell's own rate describes its rows better; comparable between descriptions of one fault. */
  fit: CellGain
}

/**
 * Over what happened to the rest of `all`.
 * @param sampled where good rows are a sample: how many events one of the candidate stands for, and what `usualSplit` asks
 */
export function gainsBeyondRest(
  kind: MeasureKind,
  all: ClassCounts,
  restRatio: number,
  { goodWeight = 1, goodWeights }: Pick<Population, 'goodWeight' | 'goodWeights'> = {},
): Gains {
  if (kind === 'volume') return { evidence: splitEvidence(all), fit: splitFit(all) }
  const evidence = evidenceBeyondRest(all, restRatio)
  const fit = gainBeyondRest(candidateGain, all, restRatio)
  if (goodWeight <= 1) return { evidence, fit }
  const seen = gainBeyondRest(gainOfSample(goodWeight), all, restRatio)
  const split = withUsualSplit(all, goodWeights)
  const least =
    (gain: CellGain): CellGain =>
    (four, prior) => {
      const usual = split(four)
      return Math.min(gain(usual, prior), seen(usual, prior))
    }
  return { evidence: least(evidence), fit: least(fit) }
}

/**
 * The most that all rows may bear out of what a sample shows: the good events of a cell split as `usualSplit` says, and
 * are all known. To choose by it what is counted over all rows.
 */
export function hopefulGains(
  kind: MeasureKind,
  all: ClassCounts,
  restRatio: number,
  { goodWeights }: Pick<Population, 'goodWeights'>,
): Gains {
  const { evidence, fit } = gainsBeyondRest(kind, all, restRatio)
  const split = withUsualSplit(all, goodWeights)
  return {
    evidence: (four, prior) => evidence(split(four), prior),
    fit: (four, prior) => fit(split(four), prior),
  }
}

/**
 * What the candidate's rows gain as the sample that they are: among so many cells there are many in which chance left no
 * good row. Sampling the good ones multiplies the odds of being bad, and leaves odds ratios as they are (Prentice and
 * Pyke 1979).
 */
function gainOfSample(goodWeight: number): typeof candidateGain {
  return (bad, total, baseBad, baseTotal, prior, ratio) =>
    candidateGain(
      bad,
      bad + (total - bad) / goodWeight,
      baseBad,
      baseTotal,
      prior,
      ratio * goodWeight,
    )
}

/** Over "nothing changed", for everything. */
export const gainsBeyondNothing: Gains = {
  evidence: gainBeyondNothing(likelihoodGain),
  fit: gainBeyondNothing(candidateGain),
}

/** Two splits between the sides, inside and outside, against one for both (log-likelihood ratio, half the G statistic). */
function splitEvidence(all: ClassCounts): CellGain {
  const allRows = all[candidateBad]! + all[baselineBad]!
  return (four) => {
    const inside = four[candidateBad]! + four[baselineBad]!
    return (
      binomialLogLikelihood(four[candidateBad]!, inside) +
      binomialLogLikelihood(all[candidateBad]! - four[candidateBad]!, allRows - inside) -
      binomialLogLikelihood(all[candidateBad]!, allRows)
    )
  }
}

/** A split of its own against the rest's, taken as known. */
function splitFit(all: ClassCounts): CellGain {
  return (four) => {
    const rest = restSplit(four, all)
    const candidate = four[candidateBad]!
    const baseline = four[baselineBad]!
    return (
      binomialLogLikelihood(candidate, candidate + baseline) -
      candidate * Math.log(rest) -
      baseline * Math.log(1 - rest)
    )
  }
}

/** The candidate's share of the rows outside a cell, away from 0 and 1 by half a row. */
export function restSplit(four: ClassCounts, all: ClassCounts): number {
  const candidate = all[candidateBad]! - four[candidateBad]! + 0.5
  return candidate / (candidate + all[baselineBad]! - four[baselineBad]! + 0.5)
}
