/** Two sides, bad or good: the counts of one comparison. May be fractional. */
export interface OddsRatioTable {
  candidateBad: number
  candidateTotal: number
  baselineBad: number
  baselineTotal: number
}

/** Logarithm of the largest odds ratio that is told apart from an infinite one: a million. */
export const largestLogOdds = Math.log(1e6)

/**
 * The candidate's bad count that fits an odds ratio and all four totals of the table: the root x of
 * x (n0 - k + x) = psi (n1 - x)(k - x), in the form that does not cancel (as McCullagh & Nelder, 2nd ed., eq. 7.7).
 */
export function fittedCandidateBad(table: OddsRatioTable, oddsRatio: number): number {
  const { candidateTotal, baselineTotal } = table
  const bad = table.candidateBad + table.baselineBad
  const b = oddsRatio * (candidateTotal + bad) + baselineTotal - bad
  const c = oddsRatio * candidateTotal * bad
  if (c === 0) return 0
  return (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * (oddsRatio - 1) * c)))
}

/**
 * Signed root of the deviance of two binomials against a given odds ratio: positive where the candidate is worse. Near
 * standard normal under that odds ratio, much nearer than a Wald statistic where counts are small.
 */
export function signedRootDeviance(table: OddsRatioTable, logOddsRatio: number): number {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = table
  const fitted = fittedCandidateBad(table, Math.exp(logOddsRatio))
  const deviance =
    2 *
    (deviancePart(candidateBad, fitted) +
      deviancePart(candidateTotal - candidateBad, candidateTotal - fitted) +
      deviancePart(baselineBad, candidateBad + baselineBad - fitted) +
      deviancePart(
        baselineTotal - baselineBad,
        baselineTotal - candidateBad - baselineBad + fitted,
      ))
  return Math.sign(candidateBad - fitted) * Math.sqrt(Math.max(0, deviance))
}

/** Observed * log(observed / fitted), with 0 log 0 = 0. */
export function deviancePart(observed: number, fitted: number): number {
  return observed > 0 && fitted > 0 ? observed * Math.log(observed / fitted) : 0
}

/** Log odds ratio; one half is added to each cell where one is empty (Haldane 1956, Anscombe 1956). */
export function logOddsRatio(table: OddsRatioTable): number {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = table
  const cells = [
    candidateBad,
    candidateTotal - candidateBad,
    baselineBad,
    baselineTotal - baselineBad,
  ]
  const add = cells.every((cell) => cell > 1e-9) ? 0 : 0.5
  const [a, b, c, d] = cells.map((cell) => Math.log(Math.max(0, cell) + add))
  return a! - b! - c! + d!
}
