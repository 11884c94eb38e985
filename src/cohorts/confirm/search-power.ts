import { exactOddsRatioDeviate } from '../../stats/exact-odds-ratio.ts'
import { signedRootDeviance } from '../../stats/odds-ratio-table.ts'
import { normalQuantile, regularizedIncompleteBeta } from '../../stats/special-functions.ts'
import type { Power } from '../compare/comparison.ts'
import { likelihoodGain } from '../likelihood-gain.ts'
import { smallCount } from './beyond-rest.ts'
import { smallestCell } from './bucket-tables.ts'

export interface PowerInput {
  /** Events of each side, both halves. */
  baseline: number
  candidate: number
  /** Bad share of the baseline, 0 to 1. */
  baseRate: number
  /** Suggestions that were tested, at least 1. */
  suggestions: number
  /** Bad candidate events that the search needs in the discovery half (`minimumBad`). */
  minimumBad: number
  /** Share of the discovery half's bad events that the search saw; default 1. */
  sampled?: number
  /** Nats of evidence that the search wants for naming a cohort of two conditions; default 15. */
  searchNats?: number
  /** Variance of the bad events over that of independent ones (`designEffect`); default 1. */
  designEffect?: number
  /** As in `ConfirmOptions`. */
  q?: number
  minimumUnits?: number
}

const wantedPower = 0.9
const timesAsOften = 10
const trafficShare = 0.01
const smallestShare = 1e-7
/** A larger cohort is most of the traffic: its change would be the global one. */
const largestShare = 0.5
const largestEffect = 1e6
const highestRate = 0.999
/** Quantiles of the baseline's count that stand for its distribution. */
const baselineQuantiles = [0.1, 0.3, 0.5, 0.7, 0.9]

/**
 * What this comparison finds nine times in ten, by the tests that it makes: enough bad events and evidence in the
 * discovery half, and p at most q / (m (1 + ... + 1/m)) in the confirmation half, with binomial counts, each event
 * divided by the design effect. Null where nothing can be found: not even half of the traffic, or an odds ratio of a
 * million.
 */
export function searchPower(input: PowerInput): Power {
  const { baseline, candidate, baseRate } = input
  if (!(baseline > 0 && candidate > 0)) return { smallestShare: null, smallestEffect: null }
  // no bad event at all: half of one
  const rate = Math.max(baseRate, 0.5 / (baseline + 1))
  const worse = Math.min(highestRate, timesAsOften * rate)
  const withOdds = (ratio: number): number => (rate * ratio) / (1 - rate + rate * ratio)
  return {
    smallestShare: smallest(
      (share) => worse > rate && findsOften(input, share, rate, worse),
      smallestShare,
      largestShare,
    ),
    smallestEffect: smallest(
      (ratio) => findsOften(input, trafficShare, rate, withOdds(ratio)),
      1,
      largestEffect,
    ),
  }
}

/** Bisection in the logarithm, to one per cent. */
function smallest(finds: (value: number) => boolean, low: number, high: number): number | null {
  if (!finds(high)) return null
  let [from, to] = [low, high]
  while (to / from > 1.01) {
    const middle = Math.sqrt(from * to)
    if (finds(middle)) to = middle
    else from = middle
  }
  return to
}

/** Whether a cohort of a share of the traffic, bad at `rate` before and `worse` now, is found nine times in ten. */
function findsOften(input: PowerInput, share: number, rate: number, worse: number): boolean {
  const { sampled = 1, designEffect = 1, suggestions, q = 0.05, minimumUnits = 5 } = input
  const { minimumBad, searchNats = 15 } = input
  let harmonic = 0
  for (let i = 1; i <= suggestions; i++) harmonic += 1 / i
  const needed = -normalQuantile(q / (suggestions * harmonic))
  const half = {
    candidate: (input.candidate * share) / 2 / designEffect,
    baseline: (input.baseline * share) / 2 / designEffect,
  }
  const confirms = (bad: number, baselineBad: number): boolean => {
    const table = {
      candidateBad: bad,
      candidateTotal: half.candidate,
      baselineBad,
      baselineTotal: half.baseline,
    }
    const deviate = smallestCell(table) < smallCount ? exactOddsRatioDeviate : signedRootDeviance
    return deviate(table, 0) >= needed
  }
  const confirmed = chance(confirms, half, rate, worse)
  if (confirmed < wantedPower) return false
  const seen = { candidate: half.candidate * designEffect * sampled, baseline: half.baseline }
  const suggests = (bad: number, baselineBad: number): boolean =>
    bad >= minimumBad * sampled &&
    likelihoodGain(
      bad / sampled,
      seen.candidate / sampled,
      baselineBad * designEffect,
      half.baseline * designEffect,
      rate,
      1,
    ) >= searchNats
  const suggested = chance(suggests, seen, rate, worse)
  const units = atLeast(minimumUnits, 2 * half.candidate, worse)
  return confirmed * suggested * units >= wantedPower
}

/** Probability of a condition that holds from some number of bad candidate events on. */
function chance(
  holds: (bad: number, baselineBad: number) => boolean,
  totals: { candidate: number; baseline: number },
  rate: number,
  worse: number,
): number {
  let sum = 0
  for (const quantile of baselineQuantiles) {
    const baselineBad = binomialQuantile(quantile, totals.baseline, rate)
    let [low, high] = [-1, Math.floor(totals.candidate)]
    if (high < 0 || !holds(high, baselineBad)) continue
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (holds(middle, baselineBad)) high = middle
      else low = middle
    }
    sum += atLeast(high, totals.candidate, worse)
  }
  return sum / baselineQuantiles.length
}

/** P(X >= count) of a binomial X; `trials` may be fractional (DLMF 8.17.5). */
function atLeast(count: number, trials: number, probability: number): number {
  if (count <= 0) return 1
  if (count > trials) return 0
  return regularizedIncompleteBeta(probability, count, trials - count + 1)
}

function binomialQuantile(quantile: number, trials: number, probability: number): number {
  let [low, high] = [-1, Math.floor(trials)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (1 - atLeast(middle + 1, trials, probability) >= quantile) high = middle
    else low = middle
  }
  return high
}
