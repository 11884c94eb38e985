/** How much a wrong value could hurt before anybody sees it (config.md §7.9). Pure. */
import type { EffectClass } from '../config-finding.ts'
import type { Effect } from './infer-effect.ts'
import type { Exposure } from './exposure-of.ts'

/** Who would notice first, as far as that is known: `not-measured` until `config mutate` has been run. */
export type EarliestKiller =
  | 'contract'
  | 'boot-check'
  | 'tests'
  | 'smoke'
  | 'drift'
  | 'nobody'
  | 'not-measured'

export interface BlastRadius extends Effect {
  /** Components that the key reaches. */
  reach: number
  exposure: Exposure
  earliestKiller: EarliestKiller
  /** Only for ordering: twice as much is not twice as bad. */
  score: number
}

const effectWeight: Record<EffectClass | 'unknown', number> = {
  money: 32,
  auth: 24,
  'data-loss': 20,
  availability: 8,
  privacy: 6,
  unknown: 4,
  cosmetic: 1,
}
const exposureWeight: Record<Exposure, number> = {
  'error-path': 1.5,
  request: 1.25,
  unknown: 1,
  boot: 0.8,
  build: 0.7,
}
const gapWeight: Record<EarliestKiller, number> = {
  contract: 0.1,
  'boot-check': 0.25,
  tests: 0.3,
  smoke: 0.5,
  drift: 0.7,
  'not-measured': 1,
  nobody: 1.5,
}

/** Effect class × reach × exposure × detection gap. Reach grows slowly, and at most to three times. */
export function blastRadius(
  effect: Effect,
  {
    reach,
    exposure,
    earliestKiller,
  }: { reach: number; exposure: Exposure; earliestKiller: EarliestKiller },
): BlastRadius {
  const spread = Math.min(3, 1 + 0.5 * Math.log2(Math.max(1, reach)))
  const score =
    effectWeight[effect.effect ?? 'unknown'] *
    spread *
    exposureWeight[exposure] *
    gapWeight[earliestKiller]
  return { ...effect, reach, exposure, earliestKiller, score: Math.round(score * 100) / 100 }
}
