/** Wrong values, and what became of them (config.md §7.5). */
import type { BindingState } from '../binding.ts'
import type { BlastRadius, EarliestKiller } from '../blast-radius/blast-radius.ts'
import type { EffectClass } from '../config-finding.ts'
import type { Location } from '../location.ts'
import type { SealedValue } from '../sealed-value.ts'
import type { MutationOperator } from './operators.ts'

/** What an environment is changed to at one place: everything else stays as it is. */
export interface Mutant {
  /** Stable for the same repository and environment: of component, key, operator and the fingerprint of the value. */
  id: string
  key: string
  /** Folder of the package, module or image that reads it; '' = the root. */
  component: string
  operator: MutationOperator
  /** What the key becomes. */
  state: Extract<BindingState, 'set' | 'empty' | 'unset'>
  /** With `set`. */
  value?: SealedValue
  /** What is set beside it: the misspelt name of a near miss. */
  also?: { key: string; value: SealedValue }
  /** One sentence, without any value: `the value of staging`, `1000 times as much`. */
  change: string
  effectClass: EffectClass | null
  /** Its score before anybody looked (`blastRadius`): higher is worse. */
  blastRadius: number
  /** The parts of that score. */
  radius: BlastRadius
  /** Where the key is set, then where it is read; at most four. */
  locations: readonly Location[]
  /**
   * What the environment gives to the key lies elsewhere (a secret store): a run cannot be made with its true value, so
   * only the contract can be asked.
   */
  unknownBefore?: true
}

/** Who notices a wrong value, the earliest first. */
export const killers = [
  'contract',
  'boot-check',
  'tests',
  'smoke',
  'drift',
] as const satisfies readonly EarliestKiller[]
export type Killer = (typeof killers)[number]

/**
 * - `noticed`: a killer saw it, each time it was tried;
 * - `survived`: every killer that could be asked saw nothing;
 * - `equivalent`: nothing reads the key, or what is read is the same value;
 * - `unstable`: a killer saw it one time and not another;
 * - `not-run`: the time was over, or the run could not be made. It counts for nothing.
 */
export type MutantFate = 'noticed' | 'survived' | 'equivalent' | 'unstable' | 'not-run'

export interface MutantResult {
  mutant: Mutant
  outcome: MutantFate
  /** The earliest; with `noticed` and `unstable`. */
  killer?: Killer
  /** One sentence, without any value: the rule, the test, the exit code. */
  detail: string
  /** Runs that were made for it. */
  runs: number
  seconds: number
}
