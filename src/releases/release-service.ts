import type { ConfigSnapshot } from '../config/snapshot/config-snapshot.ts'
import type { AttachedConfiguration } from './configuration/release-configuration.ts'
import type { PolicySettings } from './judge/plan/policy-for.ts'
import type { DrillEvent, DrillReport, DrillRequest, SelfCheckRun } from './drill/self-check.ts'
import type { Incident, OpenIncident, Resolution } from './incidents/incident.ts'
import type { Replay, ReplayEvent, ReplayRequest } from './replay/replay.ts'
import type { ReleaseReport } from './report/release-report.ts'
import type { SignOff, SignOffRequest } from './sign-off/sign-off.ts'
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
  /** When it began, ISO 8601, where that was earlier; left out: now. */
  startedAt?: string
  /** Id of the incident that it is to fix. */
  incident?: string
  /** Numbers of the evidence plan, in place of those that its reason asks for. */
  policy?: PolicySettings
}

/** A row of the list of releases. */
export interface ReleaseSummary {
  release: Release
  verdict: VerdictKind
  phase: Phase
  headline: string
  findings: number
  evaluatedAt: string
  /** Whose sign-off stands, where the verdict is `hold` and one does. */
  signedOffBy?: string
}

/** One entry of the append-only history of a release. */
export interface VerdictChange {
  verdict: VerdictKind
  phase: Phase
  headline: string
  findings: number
  evaluatedAt: string
  /** What differs from the entry before, in words. */
  changed?: string[]
}

/** Everything that the API and the command line may ask about releases. */
export interface ReleaseService {
  /** Records a release and starts to watch it. The same service, environment and version twice is the same release. */
  start(request: StartRelease): Promise<Release>
  /**
   * Keeps a snapshot of the configuration with a release; the judge says what of it could not show. The same once more
   * adds nothing.
   * @throws RELEASE_NOT_FOUND, CONFIG_SNAPSHOT
   */
  attachSnapshot(id: string, snapshot: ConfigSnapshot): Promise<AttachedConfiguration>
  /** Newest first. */
  list(): Promise<ReleaseSummary[]>
  /** The latest verdict. @throws RELEASE_NOT_FOUND */
  verdict(id: string): Promise<Verdict>
  /** What lies behind the latest verdict. @throws RELEASE_NOT_FOUND */
  evidence(id: string): Promise<Evidence>
  /** Oldest first. @throws RELEASE_NOT_FOUND */
  history(id: string): Promise<VerdictChange[]>
  /** Goes on over a `hold`. @throws RELEASE_NOT_FOUND, SIGN_OFF_REFUSED, SIGN_OFF_INCOMPLETE */
  signOff(id: string, request: SignOffRequest): Promise<SignOff>
  /**
   * Judges a release look by look as it would have been judged then, and writes nothing down.
   * @throws RELEASE_NOT_FOUND, REPLAY_EMPTY, INVALID_REQUEST
   */
  replay(id: string, request: ReplayRequest, options: ReplayOptions): Promise<Replay>
  /** How verdicts and sign-offs of the releases since a time turned out. @param since ms since 1970 */
  report(since: number): Promise<ReleaseReport>
  /** Captures what fails. @throws INCIDENT_UNSEEN, FILTER_SYNTAX, FILTER_VALUE, COMPARE_COLUMN, INVALID_REQUEST */
  openIncident(request: OpenIncident): Promise<Incident>
  /** Newest first. */
  incidents(): Promise<Incident[]>
  /** Whether an incident is over; the ledger keeps when it was first shown to be. @throws INCIDENT_NOT_FOUND */
  resolveIncident(id: string): Promise<Resolution>
  /** Whether the incident that a release is to fix is over, by that release's requests; null where it names none. Writes nothing down. */
  incidentOf(id: string): Promise<Resolution | null>
  /** The latest drill of each service and environment, or of those of one service. */
  selfChecks(service?: string): Promise<SelfCheckRun[]>
  /** Drills the judge on the past of services, now. @throws DRILL_EMPTY */
  drill(request: DrillRequest, options: DrillOptions): Promise<DrillReport>
}

export interface DrillOptions {
  onEvent: (event: DrillEvent) => void
  /** Aborted: it ends after the look under way, with what it has. */
  stop: AbortSignal
}

export interface ReplayOptions {
  onEvent: (event: ReplayEvent) => void
  /** Aborted: it ends after the look under way, with what it has. */
  stop: AbortSignal
}
