import { normalFromLogTail } from './normal-tail.ts'
import { fittedCandidateBad, type OddsRatioTable } from './odds-ratio-table.ts'
import { logChoose } from './special-functions.ts'

/**
 * Exact evidence against a given odds ratio, given all four totals: the mid-p value of Fisher's noncentral hypergeometric
 * distribution (Fisher 1935; mid-p: Lancaster 1961) as a standard normal deviate, positive where the candidate is worse.
 *
 * Fractional counts (weighted, or divided by a design effect) are interpolated between the whole ones.
 */
export function exactOddsRatioDeviate(table: OddsRatioTable, logOddsRatio: number): number {
  const [candidateBad, candidateShare] = split(table.candidateBad)
  const [baselineBad, baselineShare] = split(table.baselineBad)
  let sum = 0
  for (const [up, share] of [
    [0, 1 - candidateShare],
    [1, candidateShare],
  ] as const) {
    for (const [upToo, shareToo] of [
      [0, 1 - baselineShare],
      [1, baselineShare],
    ] as const) {
      if (share * shareToo === 0) continue
      const whole = wholeTable(table, candidateBad + up, baselineBad + upToo)
      sum += share * shareToo * wholeDeviate(whole, logOddsRatio)
    }
  }
  return sum
}

function split(count: number): [whole: number, fraction: number] {
  const whole = Math.floor(count + 1e-9)
  const fraction = count - whole
  return [whole, fraction < 1e-9 ? 0 : fraction]
}

function wholeTable(
  table: OddsRatioTable,
  candidateBad: number,
  baselineBad: number,
): OddsRatioTable {
  return {
    candidateBad,
    candidateTotal: Math.max(candidateBad, Math.round(table.candidateTotal)),
    baselineBad,
    baselineTotal: Math.max(baselineBad, Math.round(table.baselineTotal)),
  }
}

function wholeDeviate(table: OddsRatioTable, logOddsRatio: number): number {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = table
  const bad = candidateBad + baselineBad
  const lowest = Math.max(0, bad - baselineTotal)
  const highest = Math.min(bad, candidateTotal)
  if (lowest === highest) return 0
  const psi = Math.exp(logOddsRatio)
  const rest = baselineTotal - bad
  const up = (x: number): number =>
    (psi * (candidateTotal - x) * (bad - x)) / ((x + 1) * (rest + x + 1))
  const fitted = fittedCandidateBad(table, psi)
  const mode = Math.min(highest, Math.max(lowest, Math.round(fitted)))
  const total = 1 + sumUp(up, mode, highest) + sumDown(up, mode, lowest)
  const logTerm = (x: number): number =>
    x * logOddsRatio + logChoose(candidateTotal, x) + logChoose(baselineTotal, bad - x)
  const logHere = logTerm(candidateBad) - logTerm(mode) - Math.log(total)
  // the tail away from the mode, which keeps its digits
  return candidateBad >= mode
    ? normalFromLogTail(logHere + Math.log(0.5 + sumUp(up, candidateBad, highest)))
    : -normalFromLogTail(logHere + Math.log(0.5 + sumDown(up, candidateBad, lowest)))
}

/** Terms above `from`, relative to the one at `from`; `up` is the ratio of a term's successor to it. */
function sumUp(up: (x: number) => number, from: number, highest: number): number {
  let sum = 0
  let term = 1
  for (let x = from; x < highest && term > 1e-17 * sum; x++) {
    term *= up(x)
    sum += term
  }
  return sum
}

function sumDown(up: (x: number) => number, from: number, lowest: number): number {
  let sum = 0
  let term = 1
  for (let x = from; x > lowest && term > 1e-17 * sum; x--) {
    term /= up(x - 1)
    sum += term
  }
  return sum
}
