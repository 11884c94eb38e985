/** What running processes took as their configuration, held against what is declared (config.md §7.6). Holds no values. */
import type { BindingState } from '../binding.ts'
import type { Location } from '../location.ts'
import type { ProcessConfigReport, SourceKind } from './config-reporter.ts'

/**
 * - `matches`: the process holds what is declared;
 * - `stale`: it holds what was declared before;
 * - `default-in-force`: a value is declared, and the process runs on the default of its code, or on nothing;
 * - `overridden`: it holds something else;
 * - `undeclared-key`: it holds something that is declared nowhere;
 * - `not-reported`: a value is declared, and the process says nothing of the key;
 * - `unverifiable`: the declared value lies elsewhere, or is not known.
 */
export const driftVerdicts = [
  'stale',
  'overridden',
  'default-in-force',
  'undeclared-key',
  'unverifiable',
  'not-reported',
  'matches',
] as const
export type DriftVerdict = (typeof driftVerdicts)[number]

/** What the files of an environment say of one key, as a fingerprint. */
export interface DeclaredKey {
  state: BindingState
  /** With `set` and `empty`. */
  fingerprint?: string
  location: Location
}

export interface DeclaredComponent {
  /** '' = all of them. */
  component: string
  keys: ReadonlyMap<string, DeclaredKey>
}

/** Something that was declared for a key before. */
export interface OlderPrint {
  /** Null = the key was not there. */
  fingerprint: string | null
  /** When it was replaced, RFC 3339 in UTC; undefined = not known. */
  until?: string
  /** `commit 0bd62deb5`, `snapshot of 2026-11-20`. */
  where: string
}

/** By key; the newest first. */
export type OlderPrints = ReadonlyMap<string, readonly OlderPrint[]>

/** One verdict on one key of one component, and the instances that it holds for. */
export interface KeyVerdict {
  key: string
  component: string
  verdict: DriftVerdict
  source?: SourceKind
  /** The code's own default is set; else the process holds nothing. */
  state?: string
  instances: string[]
  /** All of the component. */
  of: number
  declared?: Location
  older?: OlderPrint
}

/** Instances of one component that hold different values of one key. */
export interface Disagreement {
  key: string
  component: string
  /** Largest first; the fingerprints tell them apart. */
  groups: {
    fingerprint: string
    source: SourceKind
    verdict: DriftVerdict
    instances: string[]
    releases: string[]
  }[]
  declared?: Location
}

export type InstanceFacts = Pick<
  ProcessConfigReport,
  'component' | 'instance' | 'release' | 'loadedAt' | 'digest' | 'contractDigest'
> & { counts: Record<DriftVerdict, number> }

export interface ConfigDrift {
  environment: string
  instances: InstanceFacts[]
  /** Without those that match. */
  verdicts: KeyVerdict[]
  disagreements: Disagreement[]
  /** Keys times instances. */
  counts: Record<DriftVerdict, number>
  /** Declared for components that nobody reported of. */
  silent: string[]
  /** Reported of components that are declared nowhere: held against what is declared for all. */
  strangers: string[]
}
