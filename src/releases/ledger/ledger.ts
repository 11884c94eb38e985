import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import type { SelfCheckRecords } from '../drill/self-check-records.ts'
import type { IncidentRecords } from '../incidents/incident-records.ts'
import type { PolicySettings } from '../judge/plan/policy-for.ts'
import type { Release } from '../release.ts'
import type { VerdictChange } from '../release-service.ts'
import type { SignOffRecords } from '../sign-off/sign-off-records.ts'
import type { Evidence, Verdict } from '../verdict.ts'

/** A release as the ledger knows it: the public facts and what only the judge needs. */
export interface RecordedRelease {
  release: Release
  /** The share of traffic that was announced for the candidate; null where none was. */
  candidateShare: number | null
  /** Recorded by itself when the version appeared, or announced by somebody. */
  origin: 'announced' | 'noticed'
  /** Set where it was recorded after it had begun, with the time of its start: when it was recorded, ISO 8601. */
  recordedAt?: string
  /** Id of the incident that it is to fix. */
  incident?: string
  /** What was set for it, in place of what its reason asks for. */
  policy?: PolicySettings
}

/** A snapshot of the configuration that is kept with a release, without its inputs. */
export interface AttachedSnapshot {
  /** Larger than that of every snapshot attached before. */
  sequence: number
  releaseId: string
  service: string
  /** Of the release. */
  environment: string
  /** As the snapshot names it. */
  configEnvironment: string
  keyId: string
  digest: string
  /** ISO 8601 */
  takenAt: string
  attachedAt: string
}

/** The right to judge, until another one takes it. */
export interface Lease {
  holder: string
  /** Larger than that of every lease before it. */
  fence: number
}

/** What a look at a release brought. */
export interface Look {
  verdict: Verdict
  evidence: Evidence
  /** What the judge must remember; left out, it stays. */
  state?: unknown
  /** It says something else than the one before, and becomes part of the history. */
  isChange: boolean
}

/** The append-only record of releases and verdicts. */
export interface Ledger extends LedgerRecords {
  /** Several processes may use it at the same time. */
  readonly isShared: boolean
  /** Nobody else records a release meanwhile; all that `work` records becomes visible at once, or nothing of it. */
  exclusively<T>(work: (records: LedgerRecords) => Promise<T>): Promise<T>
  /** The last look, also of another replica. */
  latestLook(releaseId: string): Promise<{ verdict: Verdict; evidence: Evidence } | null>
  /** Keeps a look, all of it or nothing. @throws LeaseLost where another replica judges now */
  keepLook(look: Look, lease: Lease): Promise<void>
  /** Takes or renews the lease for so many ms; null while somebody else has it. */
  takeLease(holder: string, ms: number): Promise<Lease | null>
  /** Gives it back at once. */
  endLease(lease: Lease): Promise<void>
  /** Grows with every revision of a release. */
  revision(): Promise<number>
  close(): Promise<void>
}

export interface LedgerRecords extends SignOffRecords, IncidentRecords, SelfCheckRecords {
  /**
   * Keeps a snapshot with a release.
   * @returns false where the snapshot before it says the same: nothing is added then
   * @throws CONFIG_SNAPSHOT where the release has too many
   */
  attachSnapshot(release: Release, snapshot: ConfigSnapshot): Promise<boolean>
  /** The last ones of the release's service in its environment, and of other services there, in any order. */
  attachedSnapshots(release: Release): Promise<AttachedSnapshot[]>
  snapshot(sequence: number): Promise<ConfigSnapshot>
  recordRelease(recorded: RecordedRelease): Promise<void>
  /** Newest start first. */
  releases(): Promise<RecordedRelease[]>
  appendVerdict(verdict: Verdict, evidence: Evidence): Promise<void>
  latestVerdict(releaseId: string): Promise<{ verdict: Verdict; evidence: Evidence } | null>
  /** Oldest first. */
  history(releaseId: string): Promise<VerdictChange[]>
  /** What changed each of them, in words. */
  changes(releaseId: string): Promise<string[][]>
  watchState(releaseId: string): Promise<unknown>
  saveWatchState(releaseId: string, state: unknown): Promise<void>
  /** Versions of a service in an environment, oldest first. */
  seenVersions(): Promise<
    { service: string; environment: string; version: string; firstSeen: string }[]
  >
  /** @returns false where the version was known already */
  recordVersion(seen: {
    service: string
    environment: string
    version: string
    firstSeen: string
  }): Promise<boolean>
}

/** Another replica has the right to judge: what was found is not recorded. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
  override readonly message = 'another replica judges now'
}
