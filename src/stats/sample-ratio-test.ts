import { checkProbability } from './check-probability.ts'
import { logSumExp } from './log-sum-exp.ts'
import { logBeta } from './special-functions.ts'

/** How sharply the mixture concentrates on the expected share: for some ten, a thousand, a hundred thousand units. */
const concentrations = [10, 1_000, 100_000] as const

/**
 * Anytime-valid test of whether units (users, sessions, requests) were split as declared. A mismatch voids a comparison:
 * something other than the release decides who gets it. Two-sided; with kT units in the candidate and kC in the baseline,
 * E = B(a+kT, b+kC) / (B(a,b) rho^kT (1-rho)^kC), a = c rho, b = c (1-rho), averaged over three c
 * (Lindon & Malek, arXiv 2011.03567, equation 7 for two groups). Whole sums over all time: an e-process in time.
 *
 * @param expectedShare declared share of the candidate, strictly between 0 and 1
 * @returns log of the e-value; a mismatch at level alpha is `logE >= log(1/alpha)`
 * @throws RangeError for negative counts or another share
 */
export function sampleRatioTest(
  candidateUnits: number,
  baselineUnits: number,
  expectedShare: number,
): { logE: number } {
  checkProbability('The expected share', expectedShare)
  if (!(candidateUnits >= 0 && baselineUnits >= 0 && candidateUnits + baselineUnits < Infinity)) {
    throw new RangeError(`Impossible counts of units: ${candidateUnits} and ${baselineUnits}.`)
  }
  const nullLogLikelihood =
    candidateUnits * Math.log(expectedShare) + baselineUnits * Math.log1p(-expectedShare)
  const logs = concentrations.map((concentration) => {
    const a = concentration * expectedShare
    const b = concentration * (1 - expectedShare)
    return logBeta(a + candidateUnits, b + baselineUnits) - logBeta(a, b) - nullLogLikelihood
  })
  return { logE: logSumExp(logs) - Math.log(logs.length) }
}
