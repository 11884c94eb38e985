import type { Detector } from '../../signals/detector.ts'
import { coverageGap } from '../../store/cluster/coverage.ts'
import type { Store } from '../../store/store.ts'
import { busiestBaseline } from '../busiest-baseline.ts'
import type { ReleaseChanges } from '../configuration/release-changes.ts'
import type { SelfCheckRun } from '../drill/self-check.ts'
import { holdPartial } from '../hold-partial.ts'
import { newWatchState } from '../judge/hypothesis.ts'
import { HistoryCache } from '../judge/history/history-cache.ts'
import { judgeRelease } from '../judge/judge-release.ts'
import { KeptLooks } from '../judge/units/kept-looks.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import type { PlanCache } from '../judge/plan/look-at-plan.ts'
import type { Policy } from '../judge/policy.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import { withIds } from '../sign-off/blind-spot-id.ts'
import { isVerdictChange } from '../verdict-change.ts'
import { finalPhases, type Verdict } from '../verdict.ts'
import { lookTimes } from './plan-replay.ts'
import type { Replay, ReplayEvent, ReplayPlan } from './replay.ts'
import { whatChanged } from './what-changed.ts'

export interface ReplayInput {
  store: Store
  recorded: RecordedRelease
  plan: ReplayPlan
  /** All that are known, for those that overlap with it. */
  releases: readonly RecordedRelease[]
  /** When the next release of the service began, ms since 1970; null where none did. */
  next: number | null
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  /** What was known of the changed configuration at a time (ms since 1970). */
  changesAt: (now: number) => Promise<ReleaseChanges | null>
  /** Address of the release's page. */
  url: string
  /** The latest drill of the judge on the past of the service. */
  selfCheck?: SelfCheckRun | null
  onEvent: (event: ReplayEvent) => void
  /** Aborted: the replay ends after the look under way, with what it has. */
  stop: AbortSignal
}

/**
 * Judges a release look by look as the live judge would have: each look knows only events from before it, less the lag,
 * and remembers what the looks before it put to the test. Nothing is written to the ledger.
 */
export async function replayRelease(input: ReplayInput): Promise<Replay> {
  const {
    store,
    plan,
    next,
    pace,
    onEvent,
    stop,
    url,
    policy,
    detectors,
    changesAt,
    selfCheck = null,
  } = input
  let { recorded } = input
  let state = newWatchState()
  const historyCache = new HistoryCache()
  const kept = new KeptLooks()
  const planCache: PlanCache = { past: new HistoryCache(), fed: new HistoryCache() }
  let previous: Verdict | undefined
  const replay: Replay = {
    release: recorded.release,
    plan,
    looks: 0,
    complete: true,
    caught: null,
    timeline: [],
    verdict: null,
  }
  onEvent({ plan, release: recorded.release })
  for (const now of lookTimes(plan)) {
    if (stop.aborted) {
      replay.complete = false
      break
    }
    recorded = await withBaseline(store, recorded, now)
    const before = store.coverage()
    const judgement = await judgeRelease({
      store,
      recorded,
      state,
      pace,
      policy,
      detectors,
      now,
      superseded: next !== null && now > next,
      releases: input.releases,
      url,
      changes: await changesAt(now),
      historyCache,
      kept,
      selfCheck,
      planCache,
    })
    const gap = coverageGap(before, store.coverage())
    if (gap === null) state = judgement.state
    const verdict = withIds(gap === null ? judgement.verdict : holdPartial(judgement.verdict, gap))
    replay.looks += 1
    onEvent({ progress: { look: replay.looks, at: verdict.evaluatedAt } })
    if (verdict.verdict === 'rollback') replay.caught ??= caughtBy(verdict)
    if (isVerdictChange(previous, verdict)) {
      const change = {
        verdict: verdict.verdict,
        phase: verdict.phase,
        headline: verdict.headline,
        findings: verdict.findings.length,
        evaluatedAt: verdict.evaluatedAt,
        changed: whatChanged(previous, verdict),
      }
      replay.timeline.push(change)
      onEvent({ change, verdict, caught: replay.caught })
    }
    previous = verdict
    replay.verdict = verdict
    replay.release = verdict.release
    // the live judge does not look again either
    if (finalPhases.includes(verdict.phase)) break
  }
  return replay
}

async function withBaseline(
  store: Store,
  recorded: RecordedRelease,
  now: number,
): Promise<RecordedRelease> {
  const { release } = recorded
  if (release.baselineVersion !== null) return recorded
  const baselineVersion = await busiestBaseline(store, release, now)
  return baselineVersion === null
    ? recorded
    : { ...recorded, release: { ...release, baselineVersion } }
}

function caughtBy({ release, evaluatedAt, headline }: Verdict): Replay['caught'] {
  const secondsAfterStart = (Date.parse(evaluatedAt) - Date.parse(release.startedAt)) / 1000
  return { at: evaluatedAt, secondsAfterStart, headline }
}
