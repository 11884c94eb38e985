import type { Phase, Evidence, Verdict, VerdictKind } from './verdict.ts'
import type { Release, ReleaseReason, ReleaseStrategy } from './release.ts'

/** What a person or a pipeline says when a release begins. */
export interface StartRelease {
  service: string
  version: string
  environment?: string
  /** Left out: the version of the same service that carried the traffic before. */
  baselineVersion?: string
  strategy?: ReleaseStrategy
  reason?: ReleaseReason
  links?: { title: string; url: string }[]
  /** Share of the traffic that the new version should get, 0 to 1; enables the sample-ratio check. */
  candidateShare?: number
}

/** A row of the list of releases. */
export interface ReleaseSummary {
  release: Release
  verdict: VerdictKind
  phase: Phase
  headline: string
  findings: number
  evaluatedAt: string
}

/** One entry of the append-only history of a release. */
export interface VerdictChange {
  verdict: VerdictKind
  phase: Phase
  headline: string
  findings: number
  evaluatedAt: string
}

/** Everything that the API and the command line may ask about releases. */
export interface ReleaseService {
  /** Records a release and starts to watch it. The same service, environment and version twice is the same release. */
  start(request: StartRelease): Promise<Release>
  /** Newest first. */
  list(): Promise<ReleaseSummary[]>
  /** The latest verdict. @throws RELEASE_NOT_FOUND */
  verdict(id: string): Promise<Verdict>
  /** What lies behind the latest verdict. @throws RELEASE_NOT_FOUND */
  evidence(id: string): Promise<Evidence>
  /** Oldest first. @throws RELEASE_NOT_FOUND */
  history(id: string): Promise<VerdictChange[]>
}
