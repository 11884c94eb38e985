/**
 * How much better "the candidate is worse in this cell" explains the counts than "the cell has its baseline's rate,
 * moved by what happened to the rest".
 */

/**
 * Weight, in rows, of the parent's baseline rate in the baseline rate of a cell. Keeps an empty baseline cell from
 * claiming a rate of zero, and is soon outweighed by real rows.
 */
export const priorRows = 20

/** Weight, in bad rows, of the parent's rate where descriptions are compared with each other. */
const priorBad = 5

/** Bad rows that both sides are given before the change of the rest is estimated. */
const restPrior = 1

/** A rate shrunk towards `prior`, as the gain uses it. */
export function shrunkRate(bad: number, total: number, prior: number): number {
  return (bad + priorRows * prior) / (total + priorRows)
}

/** x log x, with 0 log 0 = 0. */
function xlogx(x: number): number {
  return x > 0 ? x * Math.log(x) : 0
}

/** Greatest binomial log-likelihood of `bad` in `total`, up to the binomial coefficient. */
export function binomialLogLikelihood(bad: number, total: number): number {
  return xlogx(bad) + xlogx(total - bad) - xlogx(total)
}

/**
 * One-sided log-likelihood ratio of two binomials (candidate's rate free and higher, against one common rate), in nats;
 * 0 where the candidate is not worse. The baseline has `priorRows` more rows at `priorRate`, and its odds are multiplied
 * by `oddsRatio` (the rest's change) first: as many bad rows in fewer rows, so that they stay as uncertain as they are.
 * Counts may be weighted.
 */
export function likelihoodGain(
  candidateBad: number,
  candidateTotal: number,
  baselineBad: number,
  baselineTotal: number,
  priorRate: number,
  oddsRatio: number,
): number {
  const rate = shrunkRate(baselineBad, baselineTotal, priorRate)
  const total = (baselineTotal + priorRows) / oddsRatio
  const expected = (oddsRatio * rate) / (1 + (oddsRatio - 1) * rate)
  if (candidateBad <= expected * candidateTotal) return 0
  const bad = expected * total
  const allBad = candidateBad + bad
  const all = candidateTotal + total
  return (
    xlogx(candidateBad) +
    xlogx(candidateTotal - candidateBad) -
    xlogx(candidateTotal) +
    xlogx(bad) +
    xlogx(total - bad) -
    xlogx(total) -
    xlogx(allBad) -
    xlogx(all - allBad) +
    xlogx(all)
  )
}

/**
 * Log-likelihood, in nats, that the candidate's rows gain by having a rate of their own over having the baseline's rate
 * (moved by `oddsRatio`) taken as known; 0 where they are not worse. Comparable between descriptions of the same fault,
 * which `likelihoodGain` is not: there a wider cell gains by its baseline rows alone. The baseline's rate is held near
 * `priorRate` by `priorBad` bad rows, so that no cell wins by a baseline that happens to be clean.
 */
export function candidateGain(
  candidateBad: number,
  candidateTotal: number,
  baselineBad: number,
  baselineTotal: number,
  priorRate: number,
  oddsRatio: number,
): number {
  const rate = (baselineBad + priorBad) / (baselineTotal + priorBad / priorRate)
  const expected = (oddsRatio * rate) / (1 + (oddsRatio - 1) * rate)
  if (candidateBad <= expected * candidateTotal) return 0
  return (
    binomialLogLikelihood(candidateBad, candidateTotal) -
    candidateBad * Math.log(expected) -
    (candidateTotal - candidateBad) * Math.log(1 - expected)
  )
}

/**
 * Odds of being bad in the candidate over those in the baseline, never below 1 (a cohort must be worse than its own
 * baseline even where the rest improved). With few bad rows it tends to `expected`.
 */
export function restOddsRatio(
  candidateBad: number,
  candidateTotal: number,
  baselineBad: number,
  baselineTotal: number,
  expected: number,
): number {
  const pooled =
    (candidateBad + baselineBad + restPrior) / (candidateTotal + baselineTotal + 2 * restPrior)
  // one bad row on each side, at the rate that both have together; `expected` times as likely in the candidate
  const rows = restPrior / pooled
  const candidate = odds(candidateBad + restPrior * expected, candidateTotal + rows)
  const baseline = odds(baselineBad + restPrior, baselineTotal + rows)
  return Math.max(1, candidate / baseline)
}

function odds(bad: number, total: number): number {
  return bad / Math.max(total - bad, 0.5)
}
