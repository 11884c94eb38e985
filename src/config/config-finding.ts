/** What is wrong with a configuration, or looks so. */
import type { Location } from './location.ts'

export type Severity = 'error' | 'warning' | 'note'

/** `proved`: follows from the text; `observed`: seen in a run; `inferred`: from names and shapes, may be wrong. */
export type EvidenceClass = 'proved' | 'observed' | 'inferred'

/** What a wrong value may do, worst first (config.md §7.9). */
export const effectClasses = [
  'money',
  'auth',
  'data-loss',
  'availability',
  'privacy',
  'cosmetic',
] as const

export type EffectClass = (typeof effectClasses)[number]

export interface ConfigFinding {
  /**
   * Stable: of rule, key, environments, component and file, not of lines, so that it survives edits (`findingId`).
   */
  id: string
  /** `undeclared-read`, `pack/payment-live-key`. */
  rule: string
  severity: Severity
  evidence: EvidenceClass
  key?: string
  component?: string
  environments: readonly string[]
  /** The first is where a person should look. */
  locations: readonly Location[]
  effect?: EffectClass
  /** One sentence, without any value of a sensitive key. */
  message: string
  /** What to do. */
  hint: string
}
