import { AftergreenError } from '../../errors.ts'
import type { ReleaseService, StartRelease, VerdictChange } from '../../releases/release-service.ts'
import type { Release } from '../../releases/release.ts'
import type { Evidence, Verdict, VerdictKind } from '../../releases/verdict.ts'
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
    list: async () =>
      releases.toReversed().map((release) => ({ release, ...summary(verdictOf(release)) })),
    verdict: async (id) => verdictOf(find(id)),
    evidence: async (id) => {
      find(id)
      return noEvidence
    },
    history: async (id) => [summary(verdictOf(find(id)))],
  }
}

function summary({ verdict, phase, headline, findings, evaluatedAt }: Verdict): VerdictChange {
  return { verdict, phase, headline, findings: findings.length, evaluatedAt }
}
