/** One look of the judge at a store, at a time of the test's choice. */
import { newWatchState } from '../../src/releases/judge/hypothesis.ts'
import { judgeRelease, type Judgement } from '../../src/releases/judge/judge-release.ts'
import { policyFor } from '../../src/releases/judge/plan/policy-for.ts'
import type { WatchState } from '../../src/releases/judge/hypothesis.ts'
import type { RecordedRelease } from '../../src/releases/ledger/ledger.ts'
import { sampleRecorded } from '../../src/releases/testing/sample-verdict.ts'
import { detectors } from '../../src/signals/detectors.ts'
import type { Store } from '../../src/store/store.ts'

/** What is released: checkout 2.0.0 beside 1.0.0, in an environment of its own. */
export function recordedAt(
  environment: string,
  startedAt: number,
  changes: Partial<RecordedRelease['release']> = {},
): RecordedRelease {
  return sampleRecorded({
    id: `checkout-${environment}`,
    environment,
    startedAt: new Date(startedAt).toISOString(),
    ...changes,
  })
}

export async function judgeAt(
  store: Store,
  recorded: RecordedRelease,
  now: number,
  {
    superseded = false,
    state = newWatchState(),
    blockSeconds = 1,
  }: { superseded?: boolean; state?: WatchState; blockSeconds?: number } = {},
): Promise<Judgement> {
  return await judgeRelease({
    store,
    recorded,
    state,
    pace: { everySeconds: 1, blockSeconds, lagSeconds: 0 },
    policy: policyFor(recorded.release.reason, recorded.policy),
    detectors,
    now,
    superseded,
    url: 'http://127.0.0.1:4319/releases/x',
  })
}
