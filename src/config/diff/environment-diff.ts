/** What differs between two environments, and whether somebody meant it (config.md §7.3). Holds no values. */
import type { BlastRadius } from '../blast-radius/blast-radius.ts'
import type { BindingState } from '../binding.ts'
import type { Phase } from '../key-read.ts'
import type { Location } from '../location.ts'

/**
 * - `declared`: a rule of the contract says so;
 * - `derived`: a template explains it, such as the environment's name inside a host: a guess;
 * - `accidental`: nothing explains it, or a rule forbids it;
 * - `unverifiable`: one of the values lies elsewhere or is not known.
 */
export const intents = ['accidental', 'unverifiable', 'derived', 'declared'] as const
export type Intent = (typeof intents)[number]

export interface DiffSide {
  state: BindingState | 'missing'
  /** A value that may be shown, else its shape: `30`, `text of 40 characters`, `not set`. */
  shown: string
  /** Component as this environment names it. */
  component: string
  location?: Location
  /** Of a key that is not set: what the code takes instead, and where it says so. */
  readersDefault?: { shown: string; location: Location }
  /** The code does not go on without it. */
  required?: boolean
}

/** The rule of the contract that a difference follows or breaks. */
export interface IntentRule {
  /** `keys.PORT.mayDiffer`. */
  id: string
  reason?: string
  owner?: string
  expires?: string
}

export interface KeyDifference {
  key: string
  phase: Phase
  /** As the second environment names them where it has them; `['']` = all of them. */
  components: string[]
  intent: Intent
  /** `same`: equal where it must not be. */
  kind: 'value' | 'missing' | 'same'
  /** In the order in which the environments were asked for. */
  sides: [DiffSide, DiffSide]
  rule?: IntentRule
  /** The rule is broken, not followed. */
  violated: boolean
  /** The rule was an acceptance whose day has passed. */
  expired: boolean
  /** With `derived`: `https://api.{environment}.example.com`. */
  template?: string
  /** One sentence, without values of keys that may be sensitive. */
  because: string
  sensitive: boolean
  blast: BlastRadius
  /** It fails the command: a broken rule, or an accident where money, access or data are at stake. */
  blocking: boolean
}

/** A flag whose decision differs between the environments; there are none as long as no export is given. */
export interface FlagDifference {
  flag: string
  because: string
}

export interface EnvironmentDiff {
  /** As they were asked for. */
  environments: [string, string]
  /** The one whose behaviour a run in the other is to predict: production where one of them is. */
  target: string
  counts: Record<Intent, number>
  /** Keys (with component and phase) that are the same in both. */
  equal: number
  /** Of these, keys that one side does not set, where the code's own default is the value of the other. */
  equalByDefault: number
  /** Worst first. */
  differences: KeyDifference[]
  /** Components without a counterpart: their keys are compared with what the other environment has of them. */
  oneSided: { environment: string; component: string }[]
  /** Only one environment binds keys of these phases: they are not compared. */
  phasesLeftOut: Phase[]
  /** Null = no exports of flags were given. */
  flags: FlagDifference[] | null
}
