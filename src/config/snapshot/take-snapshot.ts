import { exposureOf } from '../blast-radius/exposure-of.ts'
import { readsOfKeys } from '../diff/reads-of-keys.ts'
import { configDigest, configFingerprint, configKeyId } from '../drift/config-reporter.ts'
import type { KeyRead } from '../key-read.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import { configSnapshotFormat } from './config-snapshot.ts'
import type { ConfigSnapshot, SnapshotInput } from './config-snapshot.ts'

export interface SnapshotSubject {
  environment: Pick<LoadedEnvironment, 'name' | 'bindings' | 'unread'>
  secret: Uint8Array
  /** RFC 3339, UTC. */
  takenAt: string
  release?: string
  contractDigest?: string
  /** What the code reads; left out = the code was not looked at. */
  reads?: readonly KeyRead[]
}

/** Pure: the same input gives the same snapshot. No value is in it. */
export function takeSnapshot(subject: SnapshotSubject): ConfigSnapshot {
  const { environment, secret, takenAt, release, contractDigest, reads } = subject
  const readsOf = reads === undefined ? undefined : readsOfKeys(reads)
  const inputs = environment.bindings
    .map((binding): SnapshotInput => {
      const { key, component, phase, state, value, detail, source, location, delivery } = binding
      const text = value?.reveal() ?? detail ?? ''
      return {
        key,
        component,
        phase,
        state,
        fingerprint: configFingerprint(secret, key, state, text),
        source,
        file: location.file,
        line: location.line,
        delivery: delivery ?? null,
        exposure: readsOf === undefined ? null : exposureOf(readsOf(key), phase),
      }
    })
    .toSorted((a, b) => compare(inputName(a), inputName(b)))
  const entries = inputs.map((it) => [inputName(it), it] as const)
  return {
    format: configSnapshotFormat,
    environment: environment.name,
    release: release ?? null,
    takenAt,
    keyId: configKeyId(secret),
    contractDigest: contractDigest ?? null,
    digest: configDigest(secret, entries),
    inputs,
    unread: environment.unread.map(({ location: { file, line }, reason }) => ({
      file,
      line,
      reason,
    })),
  }
}

/** Two inputs of two snapshots with the same name are the same input. */
export const inputName = ({
  component,
  key,
  phase,
}: Pick<SnapshotInput, 'component' | 'key' | 'phase'>): string => [component, key, phase].join('\0')

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
