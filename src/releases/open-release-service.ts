import { AftergreenError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { JudgePace } from './judge/judge-window.ts'
import { JudgeLease } from './ledger/judge-lease.ts'
import type { LedgerRecords, RecordedRelease } from './ledger/ledger.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { releaseId } from './release-id.ts'
import type { ReleaseService, ReleaseSummary, StartRelease } from './release-service.ts'
import { ReleaseWatch } from './release-watch.ts'

export interface ReleaseServiceOptions {
  store: Store
  dataFolder: string
  /** A PostgreSQL database that several replicas share; left out, a file in the data folder. */
  ledgerUrl?: string | undefined
  /** Address of the pages, without a slash at the end. */
  baseUrl: string
  judge: JudgePace
  log: (line: string) => void
  /** Milliseconds since the epoch; default the clock of the machine. */
  now?: () => number
}

/**
 * Opens the ledger and begins to watch the releases in it. Among the replicas that share a ledger one judges; all of them
 * record releases and tell the verdicts.
 */
export async function openReleaseService(
  options: ReleaseServiceOptions,
): Promise<ReleaseService & { close(): Promise<void> }> {
  const { store, dataFolder, baseUrl, judge, log, now = Date.now } = options
  const ledger = await openLedger(dataFolder, options.ledgerUrl, log)
  const lease = new JudgeLease({ ledger, log })
  const watch = new ReleaseWatch({ store, ledger, lease, pace: judge, baseUrl, log, now })
  await lease.start((takenNow) => {
    if (takenNow) watch.wake()
    else if (lease.held() !== null) void watch.wakeOnNews()
  })
  watch.start()

  const find = async (id: string): Promise<RecordedRelease> => {
    const recorded = (await ledger.releases()).find(({ release }) => release.id === id)
    if (recorded !== undefined) return recorded
    throw new AftergreenError('RELEASE_NOT_FOUND', `There is no release ${id}.`, {
      hint: '`aftergreen release list` shows the ones that are known.',
    })
  }

  return {
    async start(request) {
      const recorded = await ledger.exclusively((records) =>
        recordAnnounced(records, request, now()),
      )
      watch.wake()
      return recorded.release
    },
    async list() {
      const releases = await ledger.releases()
      return Promise.all(
        releases.map(async (recorded): Promise<ReleaseSummary> => {
          const { verdict } = await watch.latest(recorded)
          return {
            release: recorded.release,
            verdict: verdict.verdict,
            phase: verdict.phase,
            headline: verdict.headline,
            findings: verdict.findings.length,
            evaluatedAt: verdict.evaluatedAt,
          }
        }),
      )
    },
    verdict: async (id) => (await watch.latest(await find(id))).verdict,
    evidence: async (id) => (await watch.latest(await find(id))).evidence,
    async history(id) {
      await find(id)
      return ledger.history(id)
    },
    async close() {
      await watch.stop()
      await lease.close()
      await ledger.close()
    },
  }
}

/**
 * Records what somebody announces. A version that is already being released is the same release: what the announcement
 * adds is kept as a new revision, and the earlier start counts.
 */
async function recordAnnounced(
  ledger: LedgerRecords,
  request: StartRelease,
  now: number,
): Promise<RecordedRelease> {
  const { service, version } = request
  const environment = request.environment ?? ''
  const before = (await ledger.releases()).filter(
    ({ release }) => release.service === service && release.environment === environment,
  )
  const startedAt = new Date(now).toISOString()
  // only the newest release of a service can be the same one: an older version that returns is a release of its own
  const same = before[0]?.release.version === version ? before[0] : undefined
  const recorded: RecordedRelease = {
    release: {
      id: same?.release.id ?? releaseId({ service, environment, version, startedAt }),
      service,
      environment,
      version,
      baselineVersion: request.baselineVersion ?? same?.release.baselineVersion ?? null,
      strategy: request.strategy ?? same?.release.strategy ?? 'canary',
      reason: request.reason ?? same?.release.reason ?? 'feature',
      startedAt: same?.release.startedAt ?? startedAt,
      links: request.links ?? same?.release.links ?? [],
    },
    candidateShare: request.candidateShare ?? same?.candidateShare ?? null,
    origin: 'announced',
  }
  await ledger.recordRelease(recorded)
  return recorded
}
