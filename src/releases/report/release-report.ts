/** How verdicts and sign-offs turned out. */
import type { Release } from '../release.ts'
import type { SignOff, Unknown } from '../sign-off/sign-off.ts'
import type { Phase, VerdictKind } from '../verdict.ts'

/** What became of one release. */
export interface ReportedRelease {
  release: Release
  /** The first verdict that was not `hold`; null where there has been none. */
  decided: { verdict: VerdictKind; at: string } | null
  /** The latest verdict. */
  final: { verdict: VerdictKind; phase: Phase; at: string; headline: string }
  signOffs: SignOff[]
  /** When it went on: by the verdict `proceed`, or by the first sign-off over a `hold`; null where it did neither. */
  wentOn: { how: 'proceed' | 'sign-off'; at: string } | null
  /** Why it came to harm after it went on; empty where nothing is known of it. */
  harm: Harm[]
}

export type Harm =
  /** The verdict became `rollback` afterwards. */
  | { kind: 'rollback-verdict'; at: string; headline: string }
  /** The next release of the service was made to repair, and within the soak of this one. */
  | { kind: 'followed-by'; release: Pick<Release, 'id' | 'version' | 'reason' | 'startedAt'> }

export interface Outcome {
  releases: number
  /** Of these, with harm afterwards. */
  harmed: number
}

export interface ReleaseReport {
  /** ISO 8601 */
  since: string
  until: string
  /** Hours after its start within which a repair counts as harm of a release. */
  soakHours: number
  /** Newest first. */
  releases: ReportedRelease[]
  /** By the latest verdict. */
  final: Record<VerdictKind, number>
  proceeded: Outcome
  signedOff: Outcome
  /** What sign-offs accepted unseen, the most frequent first. */
  accepted: (Pick<Unknown, 'what' | 'kind'> & Outcome)[]
}
