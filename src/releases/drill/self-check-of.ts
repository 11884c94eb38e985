import { setImmediate as nextTurn } from 'node:timers/promises'
import { detectors } from '../../signals/detectors.ts'
import type { Store } from '../../store/store.ts'
import { drainedSoon } from '../drained-soon.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ReleaseService } from '../release-service.ts'
import { drillAll } from './drill-all.ts'
import { DrillStopped } from './drill-service.ts'
import type { SelfCheckRun } from './self-check.ts'

export interface SelfCheckOptions {
  store: Store
  ledger: Ledger
  pace: JudgePace
  /** ms since 1970 */
  now: () => number
  /** Resolves when no look at a release is under way. */
  idle: () => Promise<void>
}

/** Verdicts rest on runs of at least so many placebos and so many planted regressions; smaller ones are told and not kept. */
const leastKept = 20

/** What a release service tells of drills, and those that somebody asks for. */
export function selfCheckOf(
  options: SelfCheckOptions,
): Pick<ReleaseService, 'drill' | 'selfChecks'> {
  const { store, ledger, pace, now, idle } = options
  return {
    selfChecks: (service) => ledger.latestSelfChecks(service),
    async drill(request, { onEvent, stop }) {
      await drainedSoon(store)
      const slice = async (): Promise<void> => {
        await nextTurn()
        await idle()
        if (stop.aborted) throw new DrillStopped()
      }
      const tools = { store, ledger, pace, detectors, now: now(), origin: 'asked', slice } as const
      const report = await drillAll(request, tools, onEvent)
      const isKept = Math.min(request.placebos, request.planted) >= leastKept
      for (const run of report.runs) {
        if (isKept && isWhole(run)) await ledger.recordSelfCheck(run)
      }
      return report
    },
  }
}

function isWhole({ complete, bug }: SelfCheckRun): boolean {
  return complete && bug === undefined
}
