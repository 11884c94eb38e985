import { AftergreenError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { JudgePace } from './judge/judge-window.ts'
import { attachConfiguration } from './configuration/attach-configuration.ts'
import { DailySelfCheck, type DailySelfCheckOptions } from './drill/daily-self-check.ts'
import { selfCheckOf } from './drill/self-check-of.ts'
import { findIncident, incidentsOf } from './incidents/incidents-of.ts'
import { JudgeLease } from './ledger/judge-lease.ts'
import type { RecordedRelease } from './ledger/ledger.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { recordAnnounced } from './record-announced.ts'
import type { ReleaseService, ReleaseSummary } from './release-service.ts'
import { ReleaseWatch } from './release-watch.ts'
import { pastOf } from './replay/past-of.ts'
import { withIds } from './sign-off/blind-spot-id.ts'
import { makeSignOff } from './sign-off/make-sign-off.ts'
import { signOffState, withSignOffs } from './sign-off/sign-off-state.ts'
import type { Verdict } from './verdict.ts'

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
  /** False: the judge is not drilled by itself. */
  selfCheck?:
    | false
    | Pick<DailySelfCheckOptions, 'everyMillis' | 'size' | 'leastPastMillis' | 'rest'>
    | undefined
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
  const idle = (): Promise<void> => watch.idle()
  const daily =
    options.selfCheck === false
      ? null
      : new DailySelfCheck({
          store,
          ledger,
          lease,
          pace: judge,
          log,
          now,
          idle,
          ...options.selfCheck,
        })
  daily?.start()

  const find = async (id: string): Promise<RecordedRelease> => {
    const recorded = (await ledger.releases()).find(({ release }) => release.id === id)
    if (recorded !== undefined) return recorded
    throw new AftergreenError('RELEASE_NOT_FOUND', `There is no release ${id}.`, {
      hint: '`aftergreen release list` shows the ones that are known.',
    })
  }

  const told = async (recorded: RecordedRelease): Promise<Verdict> =>
    withIds((await watch.latest(recorded)).verdict)

  return {
    ...pastOf({ store, ledger, pace: judge, baseUrl, now, find, latest: told }),
    ...selfCheckOf({ store, ledger, pace: judge, now, idle }),
    ...incidentsOf({ store, ledger, now, latest: told }),
    async start(request) {
      if (request.incident !== undefined) await findIncident(ledger, request.incident)
      const recorded = await ledger.exclusively((records) =>
        recordAnnounced(records, request, now()),
      )
      watch.wake()
      return recorded.release
    },
    async attachSnapshot(id, snapshot) {
      const { release } = await find(id)
      const attached = await attachConfiguration(ledger, release, snapshot)
      watch.wake()
      return attached
    },
    async list() {
      const releases = await ledger.releases()
      const signOffs = Map.groupBy(await ledger.signOffs(), ({ releaseId }) => releaseId)
      return Promise.all(
        releases.map(async (recorded): Promise<ReleaseSummary> => {
          const verdict = await told(recorded)
          const signed = signOffs.get(recorded.release.id) ?? []
          const standing = signOffState(verdict, signed).standing ? signed.at(-1)?.by : undefined
          return {
            release: recorded.release,
            verdict: verdict.verdict,
            phase: verdict.phase,
            headline: verdict.headline,
            findings: verdict.findings.length,
            evaluatedAt: verdict.evaluatedAt,
            ...(standing !== undefined && { signedOffBy: standing }),
          }
        }),
      )
    },
    async verdict(id) {
      const recorded = await find(id)
      const verdict = withSignOffs(await told(recorded), await ledger.signOffs(id))
      if (recorded.incident === undefined) return verdict
      const incident = await findIncident(ledger, recorded.incident)
      const { match, resolvedAt } = incident
      return { ...verdict, incident: { id: incident.id, match, resolvedAt } }
    },
    async signOff(id, request) {
      const verdict = await told(await find(id))
      return await ledger.exclusively(async (records) => {
        const signOff = makeSignOff(verdict, request, await records.signOffs(id), now())
        await records.recordSignOff(signOff)
        return signOff
      })
    },
    evidence: async (id) => (await watch.latest(await find(id))).evidence,
    async history(id) {
      await find(id)
      const [entries, changes] = await Promise.all([ledger.history(id), ledger.changes(id)])
      return entries.map((entry, index) => ({ ...entry, changed: changes[index] ?? [] }))
    },
    async close() {
      await daily?.stop()
      await watch.stop()
      await lease.close()
      await ledger.close()
    },
  }
}
