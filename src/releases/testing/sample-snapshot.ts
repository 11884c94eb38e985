import type { ConfigSnapshot, SnapshotInput } from '../../config/snapshot/config-snapshot.ts'
import type { AttachedSnapshot } from '../ledger/ledger.ts'

/** A snapshot of values that are their own fingerprints. */
export function sampleSnapshot(
  values: Readonly<Record<string, string>>,
  changes: Partial<ConfigSnapshot> = {},
  input: Partial<SnapshotInput> = {},
): ConfigSnapshot {
  return {
    format: 'aftergreen-config-snapshot/1',
    environment: 'production',
    release: null,
    takenAt: '2026-03-02T09:00:00.000Z',
    keyId: '0000000000000001',
    contractDigest: null,
    digest: fingerprint(JSON.stringify(values)),
    inputs: Object.entries(values).map(([key, value]): SnapshotInput => ({
      key,
      component: '',
      phase: 'run',
      state: 'set',
      fingerprint: fingerprint(value),
      source: 'kubernetes',
      file: 'production.yaml',
      line: 1,
      delivery: 'shared-mutable',
      exposure: null,
      ...input,
    })),
    unread: [],
    ...changes,
  }
}

/** A snapshot in the ledger, of 10:0`sequence` o'clock. */
export function sampleAttached(
  sequence: number,
  releaseId: string,
  changes: Partial<AttachedSnapshot> = {},
): AttachedSnapshot {
  const at = `2026-03-02T10:0${sequence}:00.000Z`
  return {
    sequence,
    releaseId,
    service: 'checkout',
    environment: 'production',
    configEnvironment: 'production',
    keyId: '0000000000000001',
    digest: fingerprint(String(sequence)),
    takenAt: at,
    attachedAt: at,
    ...changes,
  }
}

const fingerprint = (text: string): string =>
  Buffer.from(text).toString('hex').slice(-16).padStart(16, '0')
