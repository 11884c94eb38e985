import { deviancePart, type OddsRatioTable } from './odds-ratio-table.ts'

/**
 * Signed root of the deviance of two binomials against a given ratio of their rates, candidate / baseline: positive where
 * the ratio is higher. The rates under the ratio are Miettinen and Nurminen's (1985, eq. 9).
 */
export function rateRatioDeviate(table: OddsRatioTable, logRatio: number): number {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = table
  if (candidateTotal === 0 || baselineTotal === 0) return 0
  const ratio = Math.exp(logRatio)
  const a = (candidateTotal + baselineTotal) * ratio
  const b = candidateTotal * ratio + candidateBad + baselineTotal + baselineBad * ratio
  const c = candidateBad + baselineBad
  const rate = (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)))
  const fitted = Math.min(candidateTotal, ratio * rate * candidateTotal)
  const fittedBaseline = Math.min(baselineTotal, rate * baselineTotal)
  const deviance =
    2 *
    (deviancePart(candidateBad, fitted) +
      deviancePart(candidateTotal - candidateBad, candidateTotal - fitted) +
      deviancePart(baselineBad, fittedBaseline) +
      deviancePart(baselineTotal - baselineBad, baselineTotal - fittedBaseline))
  const isHigher = candidateBad / candidateTotal > (ratio * baselineBad) / baselineTotal
  return (isHigher ? 1 : -1) * Math.sqrt(Math.max(0, deviance))
}
