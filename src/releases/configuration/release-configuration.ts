import type { ChangedInput } from '../../config/snapshot/changed-inputs.ts'

/** What a release changed of its configuration, as its snapshots tell it. Names and places, never values. */
export interface ReleaseConfiguration {
  /** `1 of 3 changed inputs was canary-visible`. */
  sentence: string
  /** When its last snapshot was made, ISO 8601. */
  takenAt: string
  /** The earlier snapshot that it is held against; null where none is comparable. */
  comparedWith: { releaseId: string; service: string; version: string; takenAt: string } | null
  /** Why nothing could be compared, one sentence; null where it was. */
  problem: string | null
  /** At most 50; what a comparison of canary and baseline could not show comes first. `at`: since when it has been so. */
  changed: (ChangedInput & { at: string })[]
  /** How many changed in all. */
  changes: number
  /** How many inputs lie elsewhere or depend on what files do not tell. */
  unseen: number
  /** Places of the files that could not be read. */
  unread: number
}

/** The answer to an attached snapshot. */
export interface AttachedConfiguration {
  releaseId: string
  digest: string
  inputs: number
  /** False where the snapshot before it says the same. */
  added: boolean
  configuration: ReleaseConfiguration
}

/** A change of the environment that came before a finding. */
export interface PrecedingChange {
  kind: 'config'
  key: string
  component: string
  class: ChangedInput['class']
  /** ISO 8601 */
  at: string
}
