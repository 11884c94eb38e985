import type { HarmEvaluation } from './evaluate-harm.ts'
import { blocksOf } from './kept-series.ts'
import { measuredRates } from './measured-rates.ts'
import type { Policy } from './policy.ts'
import type { SafetyClaim } from './safety-claims.ts'

/** The open claims with what the claim of harm about the same place, which is known before any traffic, has shown so far. */
export function withHarm(
  claims: readonly SafetyClaim[],
  { evaluated }: HarmEvaluation,
  { alphaHarm }: Policy,
): SafetyClaim[] {
  const known = new Map(evaluated.map((each) => [each.hypothesis.id, each]))
  return claims.map((claim) => {
    const { kind, operation, met } = claim
    const harm = known.get(operation === null ? kind : `${kind}|${operation}`)
    if (met || harm === undefined) return claim
    const { hypothesis, logE, maxLogE, strata } = harm
    const measured = strata === undefined ? claim.measured : measuredRates(strata.flatMap(blocksOf))
    if (measured === undefined) return claim
    const bound = Math.log(1 / (alphaHarm * hypothesis.weight))
    const missing = maxLogE >= bound ? 0 : bound - logE
    return { ...claim, harm: { measured, missing } }
  })
}
