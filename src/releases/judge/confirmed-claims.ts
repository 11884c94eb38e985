import { eBenjaminiHochberg } from '../../stats/e-benjamini-hochberg.ts'
import type { Evaluated, HarmEvaluation } from './evaluate-harm.ts'
import type { Hypothesis } from './hypothesis.ts'
import type { Policy } from './policy.ts'

export interface WeighedEvidence extends Pick<Evaluated, 'logE' | 'maxLogE'> {
  hypothesis: Pick<Hypothesis, 'weight'>
}

/**
 * The claims that may be shown as findings: those whose running maximum reached its own bound (Bonferroni with the
 * claim's weight, valid by Ville's inequality under continuous looking), and those of the weighted e-BH list on the
 * current e-values (judge.md §6.6). Where the evidence of all claims together crossed the line but no single one did,
 * the strongest stands for them.
 */
export function confirmedClaims<T extends WeighedEvidence = Evaluated>(
  { evaluated, globalMaxLogE }: Pick<HarmEvaluation, 'globalMaxLogE'> & { evaluated: readonly T[] },
  policy: Pick<Policy, 'alphaHarm'>,
): T[] {
  const bound = Math.log(1 / policy.alphaHarm)
  const listed = new Set(
    eBenjaminiHochberg(
      evaluated.map(({ logE }) => logE),
      policy.alphaHarm,
      evaluated.map(({ hypothesis }) => hypothesis.weight),
    ),
  )
  const confirmed = evaluated.filter(
    ({ hypothesis, maxLogE }, i) => listed.has(i) || maxLogE >= bound - Math.log(hypothesis.weight),
  )
  if (confirmed.length > 0 || globalMaxLogE < bound) return confirmed
  const weighted = ({ hypothesis, maxLogE }: T): number => maxLogE + Math.log(hypothesis.weight)
  return [...evaluated].toSorted((a, b) => weighted(b) - weighted(a)).slice(0, 1)
}
