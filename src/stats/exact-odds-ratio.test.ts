import { expect, test } from 'vitest'
import { exactOddsRatioDeviate } from './exact-odds-ratio.ts'
import { normalFromLogTail, normalTail } from './normal-tail.ts'
import { fittedCandidateBad, logOddsRatio, signedRootDeviance } from './odds-ratio-table.ts'
import { createRandom } from './random.ts'

const table = (
  candidateBad: number,
  candidateTotal: number,
  baselineBad: number,
  baselineTotal: number,
): Parameters<typeof logOddsRatio>[0] => ({
  candidateBad,
  candidateTotal,
  baselineBad,
  baselineTotal,
})

function choose(n: number, k: number): number {
  let product = 1
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i
  return product
}

/** Both mid-p tails, term by term. */
function midP(of: ReturnType<typeof table>, psi: number): { upper: number; lower: number } {
  const bad = of.candidateBad + of.baselineBad
  let [upper, lower, all] = [0, 0, 0]
  for (let x = 0; x <= Math.min(bad, of.candidateTotal); x++) {
    if (bad - x > of.baselineTotal) continue
    const term = choose(of.candidateTotal, x) * choose(of.baselineTotal, bad - x) * psi ** x
    all += term
    const part = x === of.candidateBad ? 0.5 : 1
    if (x >= of.candidateBad) upper += part * term
    if (x <= of.candidateBad) lower += part * term
  }
  return { upper: upper / all, lower: lower / all }
}

test('the exact deviate is that of the mid-p value, in both tails', () => {
  const random = createRandom(3)
  for (let i = 0; i < 300; i++) {
    const [n1, n0] = [1 + random.integer(40), 1 + random.integer(40)]
    const of = table(random.integer(n1 + 1), n1, random.integer(n0 + 1), n0)
    const logPsi = random.normal(0, 1.5)
    const { upper, lower } = midP(of, Math.exp(logPsi))
    const z = exactOddsRatioDeviate(of, logPsi)
    expect(normalTail(z)).toBeCloseTo(upper, 10)
    // the smaller tail to many digits
    expect(normalTail(Math.abs(z)) / (z > 0 ? upper : lower)).toBeCloseTo(1, 6)
  }
})

test('fractional counts lie between whole ones', () => {
  const at = (bad: number, baselineBad: number): number =>
    exactOddsRatioDeviate(table(bad, 400, baselineBad, 500), 0)
  expect(at(8.5, 3)).toBeCloseTo((at(8, 3) + at(9, 3)) / 2, 12)
  expect(at(8, 3.25)).toBeCloseTo(0.75 * at(8, 3) + 0.25 * at(8, 4), 12)
  expect(at(0, 0)).toBe(0)
})

test('far tails do not run out, and large tables agree with the deviance', () => {
  const far = table(400, 1000, 400, 1_000_000)
  expect(exactOddsRatioDeviate(far, 0)).toBeCloseTo(signedRootDeviance(far, 0), 0)
  const large = table(5200, 100_000, 5000, 100_000)
  expect(exactOddsRatioDeviate(large, 0)).toBeCloseTo(signedRootDeviance(large, 0), 2)
  expect(exactOddsRatioDeviate(large, 0.2)).toBeLessThan(-5)
  expect(normalTail(normalFromLogTail(-500)) / Math.exp(-500)).toBeCloseTo(1, 9)
  expect(normalFromLogTail(-5000)).toBeCloseTo(99.94, 1)
})

test('the fitted count has the odds ratio and the totals', () => {
  const of = table(12, 100, 30, 900)
  for (const psi of [0.1, 1, 3, 40]) {
    const x = fittedCandidateBad(of, psi)
    const fitted = table(x, 100, 42 - x, 900)
    expect(logOddsRatio(fitted)).toBeCloseTo(Math.log(psi), 9)
  }
  expect(signedRootDeviance(of, logOddsRatio(of))).toBeCloseTo(0, 5)
})
