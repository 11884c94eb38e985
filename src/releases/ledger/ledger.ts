import type { Release } from '../release.ts'
import type { VerdictChange } from '../release-service.ts'
import type { Evidence, Verdict } from '../verdict.ts'

/** A release as the ledger knows it: the public facts and what only the judge needs. */
export interface RecordedRelease {
  release: Release
  /** The share of traffic that was announced for the candidate; null where none was. */
  candidateShare: number | null
  /** Recorded by itself when the version appeared, or announced by somebody. */
  origin: 'announced' | 'noticed'
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

export interface LedgerRecords {
  recordRelease(recorded: RecordedRelease): Promise<void>
  /** Newest start first. */
  releases(): Promise<RecordedRelease[]>
  appendVerdict(verdict: Verdict, evidence: Evidence): Promise<void>
  latestVerdict(releaseId: string): Promise<{ verdict: Verdict; evidence: Evidence } | null>
  /** Oldest first. */
  history(releaseId: string): Promise<VerdictChange[]>
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
