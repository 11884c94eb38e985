/** How far each key was exercised (config.md §7.4). */
import type { BindingState } from '../binding.ts'
import type { EffectClass } from '../config-finding.ts'
import type { Language } from '../key-read.ts'
import type { Location } from '../location.ts'

/**
 * C0 declared; C1 bound in the target environment; C2 found in the code by the scanner; C3 read during the run; C4 another
 * value changed what a test did; C5 a wrong value was noticed. A level does not need those below it.
 */
export const coverageLevelNames = ['C0', 'C1', 'C2', 'C3', 'C4', 'C5'] as const

export type CoverageLevel = (typeof coverageLevelNames)[number]

/**
 * Why a key that production sets is an input that only production has:
 *
 * - `never-read`: the run did not read it;
 * - `never-set`: it was read, and never had a value;
 * - `other-shape`: it had values, none of which looks like that of production;
 * - `other-value`: its values choose between ways to go, and the run never had that of production.
 */
export type ProductionOnlyReason = 'never-read' | 'never-set' | 'other-shape' | 'other-value'

export interface ProductionOnly {
  reason: ProductionOnlyReason
  /** Of the value in production, where that is known. */
  shape?: string
  location: Location
}

/** What the run did with a key. */
export interface TracedKey {
  /** Processes and threads that read it. */
  processes: number
  languages: ('javascript' | 'python')[]
  /** In the repository's own code, in order; at most 20. */
  places: Location[]
  /** Test files that were running then: those that a change of the value concerns. */
  tests: string[]
  /** `unset` and `empty` among the shapes of its values. */
  shapes: string[]
  /** Different values, by their fingerprints. */
  values: number
}

export interface KeyCoverage {
  key: string
  /** The highest. */
  level: CoverageLevel
  reached: CoverageLevel[]
  /** The repository's code reads it, outside of tests: only these keys count in the two ratios. */
  inCode: boolean
  /** Folder of the package, module or image that reads it; '' = the root. */
  component: string
  declared: Location | null
  /** In the target environment. */
  bound: { state: BindingState; shape?: string; location: Location } | null
  /** Found by the scanner outside of tests; at most 20. */
  reads: Location[]
  languages: Language[]
  /** At least one of its readers is of a language that can be traced. */
  traceable: boolean
  /**
   * A library took the whole environment there, as settings classes do that fill their fields: whether the run read this
   * key cannot be told.
   */
  copied: Location | null
  /** null = the run did not read it. */
  traced: TracedKey | null
  /** null = production does not set it, or the run had such a value, or that cannot be told. */
  productionOnly: ProductionOnly | null
  /** Where another value made a difference. */
  effect: { unit: string; changed: 'reads' | 'outcome' } | null
  effectClass: EffectClass | null
}
