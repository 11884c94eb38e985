import { categoryColumn } from '../judge/attribute-columns.ts'
import { historyPlan } from '../judge/history/history-plan.ts'
import { HistoryCache } from '../judge/history/history-cache.ts'
import { lookAtHistory } from '../judge/history/look-at-history.ts'
import { newWatchState } from '../judge/hypothesis.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import type { Policy } from '../judge/policy.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import type { WatchedUnits } from './watch-units.ts'

export interface TimeWatch {
  store: Store
  /** That never was; the cut begins with it. */
  release: Release
  window: JudgeWindow
  policy: Policy
  detectors: readonly Detector[]
  /** Called after each look. */
  slice: () => Promise<void>
}

/**
 * The before/after comparison of a past cut, as of a release that began with it. One look at the end of each of its scales
 * shows what a look at every block would have shown: the greatest evidence at any block counts. Null without history.
 */
export async function watchTime({
  store,
  release,
  window,
  policy,
  detectors,
  slice,
}: TimeWatch): Promise<WatchedUnits | null> {
  let state = newWatchState()
  const cache = new HistoryCache()
  const { from, blockMillis, blocks } = window
  const ends = scaleEnds(window)
  let seenHistory = false
  for (const seen of ends) {
    const to = from + seen * blockMillis
    const look = await lookAtHistory(
      {
        store,
        release,
        window: { from, to, blockMillis, blocks: seen },
        baseMillis: blockMillis,
        policy,
        detectors,
        table: noUnits(),
        now: new Date(to).toISOString(),
        cache,
      },
      state,
    )
    await slice()
    if (look === null) continue
    seenHistory = true
    state = look.state
    if (look.isAlarmed)
      return { alarmSeconds: (seen * blockMillis) / 1000, findings: look.findings }
  }
  return seenHistory || blocks === 0 ? { alarmSeconds: null, findings: [] } : null
}

/** The last block of each scale of the comparison, and of the cut. */
export function scaleEnds({ from, blockMillis, blocks }: JudgeWindow): number[] {
  const scaleAt = (seen: number): number =>
    historyPlan({ from, to: from + seen * blockMillis, blockMillis, blocks: seen }, blockMillis)
      .scale
  const ends: number[] = []
  for (let seen = 1; seen <= blocks; seen++) {
    if (seen === blocks || scaleAt(seen + 1) > scaleAt(seen)) ends.push(seen)
  }
  return ends
}

/** Nobody looks for examples of what a placebo shows. */
export function noUnits(): UnitTable {
  return {
    rows: 0,
    at: new Float64Array(),
    candidate: new Uint8Array(),
    discovery: new Uint8Array(),
    operation: new Uint16Array(),
    operations: [],
    duration: new Float64Array(),
    failed: new Uint8Array(),
    silent: new Uint8Array(),
    silentReasons: new Map(),
    traceIds: [],
    attributes: [categoryColumn('operation', [], 0)],
    sampledFrom: 0,
    detectorsComplete: true,
  }
}
