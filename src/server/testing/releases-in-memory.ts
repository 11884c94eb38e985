import { AftergreenError } from '../../errors.ts'
import type { ReleaseService, StartRelease, VerdictChange } from '../../releases/release-service.ts'
import type { Release } from '../../releases/release.ts'
import type { Evidence, Verdict, VerdictKind } from '../../releases/verdict.ts'
import { makeReport } from '../../releases/report/make-report.ts'
import { withIds } from '../../releases/sign-off/blind-spot-id.ts'
import { makeSignOff } from '../../releases/sign-off/make-sign-off.ts'
import { verdictFixture } from './verdict-fixture.ts'

export interface ReleasesInMemory extends ReleaseService {
  /** What each start was asked for. */
  readonly started: StartRelease[]
  /** The verdict of all releases from now on. */
  decide(kind: VerdictKind): void
}

const noEvidence: Evidence = {
  dashboard: {
    baseline: { requests: 0, failures: 0, errorRate: null, p50Ms: null, p99Ms: null },
    candidate: { requests: 0, failures: 0, errorRate: null, p50Ms: null, p99Ms: null },
  },
  distributions: {},
  searched: { units: 0, sampledFrom: 0, attributes: 0, cells: 0, looks: 0 },
}

/** Releases without a judge: for tests of what stands between a caller and the release service. */
export function releasesInMemory(): ReleasesInMemory {
  const releases: Release[] = []
  const started: StartRelease[] = []
  let kind: VerdictKind = 'hold'

  const verdictOf = (release: Release): Verdict =>
    verdictFixture({ release, verdict: kind, ...(kind === 'rollback' ? {} : { findings: [] }) })
  const find = (id: string): Release => {
    const release = releases.find((candidate) => candidate.id === id)
    if (release !== undefined) return release
    throw new AftergreenError('RELEASE_NOT_FOUND', `There is no release ${id}.`, {
      hint: 'List them with "aftergreen release list".',
    })
  }
  return {
    started,
    decide: (next) => void (kind = next),
    start: async (request) => {
      started.push(request)
      const release: Release = {
        id: `r${releases.length + 1}`,
        service: request.service,
        environment: request.environment ?? '',
        version: request.version,
        baselineVersion: request.baselineVersion ?? null,
        strategy: request.strategy ?? 'all-at-once',
        reason: request.reason ?? 'feature',
        startedAt: '2026-07-01T21:14:00.000Z',
        links: request.links ?? [],
      }
      releases.push(release)
      return release
    },
    attachSnapshot: async (id, { digest, inputs, takenAt }) => ({
      releaseId: find(id).id,
      digest,
      inputs: inputs.length,
      added: true,
      configuration: {
        sentence: 'What changed is not known',
        takenAt,
        comparedWith: null,
        problem: 'It is the first one.',
        changed: [],
        changes: 0,
        unseen: 0,
        unread: 0,
      },
    }),
    list: async () =>
      releases.toReversed().map((release) => ({ release, ...summary(verdictOf(release)) })),
    verdict: async (id) => verdictOf(find(id)),
    evidence: async (id) => {
      find(id)
      return noEvidence
    },
    history: async (id) => [summary(verdictOf(find(id)))],
    signOff: async (id, request) => makeSignOff(withIds(verdictOf(find(id))), request, [], 0),
    replay: async (id) => {
      find(id)
      throw new AftergreenError('REPLAY_EMPTY', 'There is no telemetry.')
    },
    openIncident: async () => unseen(),
    incidents: async () => [],
    resolveIncident: async () => unseen(),
    incidentOf: async (id) => {
      find(id)
      return null
    },
    selfChecks: async () => [],
    drill: async () => ({ runs: [], skipped: [], complete: true }),
    report: async (since) => makeReport([], [], { since, until: since, soakHours: 24 }),
  }
}

function unseen(): never {
  throw new AftergreenError('INCIDENT_UNSEEN', 'Nothing fails.')
}

function summary({ verdict, phase, headline, findings, evaluatedAt }: Verdict): VerdictChange {
  return { verdict, phase, headline, findings: findings.length, evaluatedAt }
}
