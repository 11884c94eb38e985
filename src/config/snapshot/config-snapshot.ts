/** What an environment binds at one time, as fingerprints: kept with a release, and held against the next one. */
import type { BindingSource, BindingState } from '../binding.ts'
import type { Exposure } from '../blast-radius/exposure-of.ts'
import type { Phase } from '../key-read.ts'

export const configSnapshotFormat = 'aftergreen-config-snapshot/1'

export interface SnapshotInput {
  key: string
  /** '' = all of them. */
  component: string
  phase: Phase
  state: BindingState
  /** Of the value; of a reference, of where it points; 16 hexadecimal digits. */
  fingerprint: string
  source: BindingSource
  file: string
  line: number
  /** Whether instances can hold different values at a time; null = the file does not tell. */
  delivery: 'per-revision' | 'shared-mutable' | null
  /** Where in its life a process meets it, by the code that reads it; null = the code was not looked at. */
  exposure: Exposure | null
}

export interface ConfigSnapshot {
  format: typeof configSnapshotFormat
  environment: string
  release: string | null
  /** RFC 3339, UTC. */
  takenAt: string
  /** Of the secret: snapshots with different ones cannot be compared. */
  keyId: string
  contractDigest: string | null
  /** Equal where all inputs are. */
  digest: string
  /** By component, key and phase. */
  inputs: SnapshotInput[]
  /** What could not be read: the snapshot is then not complete. */
  unread: { file: string; line: number; reason: string }[]
}
