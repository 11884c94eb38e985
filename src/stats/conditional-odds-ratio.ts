import { logChoose } from './special-functions.ts'

/**
 * The logarithm of the conditional likelihood of `candidateBad` bad requests on the candidate, given all four totals of
 * a block, for several odds ratios, up to one constant they share.
 *
 * Given nC, nT and k = kC + kT, kT has Fisher's noncentral hypergeometric distribution, whose only parameter is the odds
 * ratio psi: P(kT = x) = C(nT,x) C(nC,k-x) psi^x / Z(psi) (Fisher 1935; McCullagh & Nelder, 2nd ed., section 7.3.2). The
 * shared failure rate is gone, whatever it was. The family has a monotone likelihood ratio in x, so the ratio of psi = r
 * to psi = m has expectation at most 1 for every odds ratio on the far side of m: a valid e-value for "odds ratio >= m"
 * and for "odds ratio <= m", also where that set of rate pairs is not convex and no projection exists.
 *
 * Counts must be whole. Cost: some 16 standard deviations of x for each odds ratio, without logarithms.
 *
 * @param out receives x log psi - log Z(psi) + constant for each odds ratio
 */
export function conditionalLogLikelihoods(
  block: {
    candidateTotal: number
    candidateBad: number
    baselineTotal: number
    baselineBad: number
  },
  oddsRatios: readonly number[],
  out: Float64Array,
): void {
  const { candidateTotal, candidateBad, baselineTotal } = block
  const bad = candidateBad + block.baselineBad
  const lowest = Math.max(0, bad - baselineTotal)
  const highest = Math.min(bad, candidateTotal)
  if (lowest === highest) {
    out.fill(0)
    return
  }
  for (let i = 0; i < oddsRatios.length; i++) {
    const psi = oddsRatios[i]!
    const mode = nearMode(candidateTotal, baselineTotal, bad, psi, lowest, highest)
    const sum = sumAround(mode, candidateTotal, baselineTotal, bad, psi, lowest, highest)
    out[i] =
      (candidateBad - mode) * Math.log(psi) -
      logChoose(candidateTotal, mode) -
      logChoose(baselineTotal, bad - mode) -
      Math.log(sum)
  }
}

/** Where the terms are largest: x (nC - k + x) = psi (nT - x)(k - x), in the form that does not cancel. */
function nearMode(
  candidateTotal: number,
  baselineTotal: number,
  bad: number,
  psi: number,
  lowest: number,
  highest: number,
): number {
  const a = psi - 1
  const b = psi * (candidateTotal + bad) + baselineTotal - bad
  const c = psi * candidateTotal * bad
  const x = (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)))
  return Math.min(highest, Math.max(lowest, Math.round(x)))
}

/** The sum of all terms relative to the one at `mode`, outwards until they no longer matter. */
function sumAround(
  mode: number,
  candidateTotal: number,
  baselineTotal: number,
  bad: number,
  psi: number,
  lowest: number,
  highest: number,
): number {
  const rest = baselineTotal - bad
  let sum = 1
  let term = 1
  for (let x = mode; x < highest && term > 1e-18 * sum; x++) {
    term *= (psi * (candidateTotal - x) * (bad - x)) / ((x + 1) * (rest + x + 1))
    sum += term
  }
  term = 1
  for (let x = mode; x > lowest && term > 1e-18 * sum; x--) {
    term *= (x * (rest + x)) / (psi * (candidateTotal - x + 1) * (bad - x + 1))
    sum += term
  }
  return sum
}
