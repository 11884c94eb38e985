/** A feature flag as its platform exports it: the same model for every platform. */
import type { Location } from '../location.ts'
import type { Condition } from './condition.ts'

export type FlagPlatform = 'flagd' | 'unleash' | 'launchdarkly' | 'growthbook'

/** What a flag is for. `permanent`: it was said that it stays, not what it is for. */
export type FlagPurpose =
  | 'release'
  | 'experiment'
  | 'operational'
  | 'kill-switch'
  | 'permission'
  | 'permanent'

export interface FlagVariant {
  name: string
  /** As JSON has it. */
  value: unknown
}

/**
 * What is served. `code-default`: the platform answers nothing, and the program takes what stands in its code.
 * `default`: what the environment serves where no rule holds. Weights are shares of 100.
 */
export type Outcome =
  | { is: 'variant'; variant: string }
  | { is: 'split'; shares: { variant: string; weight: number }[] }
  | { is: 'code-default' }
  | { is: 'default' }
  | { is: 'unknown'; why: string }

export interface FlagRule {
  /** `rule 2`, or what its platform calls it. */
  name: string
  when: Condition
  /** Percent of those for whom `when` holds; the others go on to the next rule. */
  share: number
  /** The attribute that decides who is in a share; without it the rule is passed over. Left out = chance, or always known. */
  by?: string
  serve: Outcome
}

export interface Prerequisite {
  flag: string
  /** Variants of it that do; empty = any but the off value. */
  variants: readonly string[]
}

/** What one environment makes of a flag. */
export interface FlagEnvironment {
  name: string
  on: boolean
  /** In order; the first that holds decides. */
  rules: readonly FlagRule[]
  /** On, and no rule holds. */
  fallthrough: Outcome
  /** Switched off, or a prerequisite does not hold. */
  off: Outcome
  prerequisites: readonly Prerequisite[]
  /** Milliseconds since 1970. */
  changedAt?: number
  lastSeenAt?: number
  location: Location
}

export interface Flag {
  key: string
  platform: FlagPlatform
  kind: 'boolean' | 'string' | 'number' | 'json'
  variants: readonly FlagVariant[]
  environments: readonly FlagEnvironment[]
  purpose?: FlagPurpose
  /** Milliseconds since 1970. */
  createdAt?: number
  expiresAt?: number
  archived: boolean
  /** Somebody, or the platform's clock, marked it as stale. */
  markedStale: boolean
  location: Location
}

/** What a flag is called in messages: where it can be found in the export. */
export function variantOf(flag: Flag, name: string): FlagVariant | undefined {
  return flag.variants.find((variant) => variant.name === name)
}
