/** One look of the edges part at what a store holds. */
import { newWatchState } from '../../src/releases/judge/hypothesis.ts'
import { judgeWindow } from '../../src/releases/judge/judge-window.ts'
import { judgeUnits } from '../../src/releases/judge/judge-units.ts'
import { loadUnits } from '../../src/releases/judge/load-units.ts'
import { edgesPart } from '../../src/releases/judge/parts/edges/look-at-edges.ts'
import type { PartInput, PartLook } from '../../src/releases/judge/parts/evidence-part.ts'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'
import type { RecordedRelease } from '../../src/releases/ledger/ledger.ts'
import { detectors } from '../../src/signals/detectors.ts'
import type { Store } from '../../src/store/store.ts'

export const pace = { everySeconds: 1, blockSeconds: 1, lagSeconds: 0 }

export function checkoutRelease(startedAt: number, environment = ''): RecordedRelease {
  return {
    candidateShare: null,
    origin: 'announced',
    release: {
      id: 'rel_checkout',
      service: 'checkout',
      version: '2.0.0',
      baselineVersion: '1.0.0',
      environment,
      strategy: 'canary',
      reason: 'feature',
      startedAt: new Date(startedAt).toISOString(),
      links: [],
    },
  }
}

export async function partInput(
  store: Store,
  recorded: RecordedRelease,
  now: number,
): Promise<PartInput> {
  const window = judgeWindow(recorded, now, pace)
  const table = await loadUnits(store, recorded.release, window, { detectors })
  const judged = judgeUnits(
    table,
    recorded.release.service,
    window,
    newWatchState(),
    defaultPolicy,
    new Date(now).toISOString(),
  )
  const { findings } = judged
  const policy = defaultPolicy
  return { store, recorded, window, pace, policy, detectors, table, now, findings, memory: {} }
}

export async function lookAtEdges(
  store: Store,
  recorded: RecordedRelease,
  now: number,
): Promise<PartLook & { own: PartInput['findings'] }> {
  const input = await partInput(store, recorded, now)
  return { ...(await edgesPart.look(input))!, own: input.findings }
}
