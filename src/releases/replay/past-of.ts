import { detectors } from '../../signals/detectors.ts'
import type { Store } from '../../store/store.ts'
import { ReleaseConfigurations } from '../configuration/release-configurations.ts'
import { drainedSoon } from '../drained-soon.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import { policyFor } from '../judge/plan/policy-for.ts'
import { defaultPolicy } from '../judge/policy.ts'
import type { Ledger, RecordedRelease } from '../ledger/ledger.ts'
import type { ReleaseService } from '../release-service.ts'
import { makeReport } from '../report/make-report.ts'
import type { Verdict } from '../verdict.ts'
import { nextStart } from './evidence-end.ts'
import { planReplay } from './plan-replay.ts'
import { replayRelease } from './replay-release.ts'

export interface PastOptions {
  store: Store
  ledger: Ledger
  pace: JudgePace
  baseUrl: string
  /** Milliseconds since the epoch. */
  now: () => number
  /** @throws RELEASE_NOT_FOUND */
  find: (id: string) => Promise<RecordedRelease>
  /** The latest verdict on a release, with ids. */
  latest: (recorded: RecordedRelease) => Promise<Verdict>
}

/** What a release service tells of the past. */
export function pastOf(options: PastOptions): Pick<ReleaseService, 'replay' | 'report'> {
  const { store, ledger, pace, baseUrl, now, find, latest } = options
  return {
    async replay(id, request, { onEvent, stop }) {
      const recorded = await find(id)
      // what was just imported counts
      await drainedSoon(store)
      const releases = await ledger.releases()
      const next = nextStart(recorded, releases)
      const plan = await planReplay(store, recorded, request, pace, next, now())
      const configurations = new ReleaseConfigurations(ledger)
      const known = releases.map(({ release }) => release)
      return await replayRelease({
        store,
        recorded,
        plan,
        releases,
        next,
        pace,
        policy: policyFor(recorded.release.reason, recorded.policy),
        detectors,
        changesAt: (at) => configurations.changesOf(recorded.release, known, at),
        url: `${baseUrl}/releases/${encodeURIComponent(id)}`,
        selfCheck: await ledger.latestSelfCheck(recorded.release),
        onEvent,
        stop,
      })
    },
    async report(since) {
      const releases = await ledger.releases()
      const signOffs = Map.groupBy(await ledger.signOffs(), ({ releaseId }) => releaseId)
      const inputs = []
      for (const recorded of releases) {
        const { id, startedAt } = recorded.release
        if (Date.parse(startedAt) < since) continue
        inputs.push({
          recorded,
          history: await ledger.history(id),
          latest: await latest(recorded),
          signOffs: signOffs.get(id) ?? [],
        })
      }
      const all = releases.map(({ release }) => release)
      return makeReport(inputs, all, { since, until: now(), soakHours: defaultPolicy.soakHours })
    },
  }
}
