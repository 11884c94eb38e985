import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import { HistoryCache } from '../judge/history/history-cache.ts'
import type { PartMemory } from '../judge/hypothesis.ts'
import type { JudgePace, JudgeWindow } from '../judge/judge-window.ts'
import type { EvidencePart } from '../judge/parts/evidence-part.ts'
import type { Policy } from '../judge/policy.ts'
import { ReadAhead } from '../judge/read-ahead.ts'
import { tableUntil } from '../judge/table-until.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import type { Finding } from '../verdict.ts'
import type { WatchedUnits } from './watch-units.ts'

export interface PartWatch {
  part: EvidencePart
  /** As the judge of this release would ask it. */
  store: Store
  recorded: RecordedRelease
  table: UnitTable
  window: JudgeWindow
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  /** Called after each look. */
  slice: () => Promise<void>
}

/** The parts read a sample where there are more requests than they bear; a drill, that reads dozens of times, bears less. */
const readLess = 4

/**
 * One part of the evidence about a past cut, look by look like that of a release, to the first look that is enough or the
 * end; null where it has nothing to look at.
 * @param looks blocks that are seen at each look
 * @param isEnough by default an alarm is
 */
export async function watchPart(
  { part, store, recorded, table, window, pace, policy, detectors, slice }: PartWatch,
  looks: readonly number[],
  isEnough: (findings: readonly Finding[], isAlarmed: boolean) => boolean = (_, alarmed) => alarmed,
): Promise<WatchedUnits | null> {
  const { from, blockMillis } = window
  const historyCache = new HistoryCache()
  let memory: PartMemory = {}
  let findings: Finding[] = []
  let hasLooked = false
  for (const blocks of looks) {
    const to = from + blocks * blockMillis
    const look = await part.begin({
      store,
      recorded,
      window: { from, to, blockMillis, blocks },
      pace,
      policy,
      detectors,
      table: { ...tableUntil(table, to), sampledFrom: readLess * table.sampledFrom },
      watcher: null,
      now: to + pace.lagSeconds * 1000,
      historyCache,
      ahead: new ReadAhead(),
    })({ findings: [], memory })
    await slice()
    if (look === null) continue
    hasLooked = true
    ;({ memory, findings } = look)
    if (isEnough(findings, look.isAlarmed)) return { alarmSeconds: (to - from) / 1000, findings }
  }
  return hasLooked ? { alarmSeconds: null, findings } : null
}

/** Looks at the end of each of so many equal pieces of a window, as blocks that are seen. */
export function evenLooks({ blocks }: JudgeWindow, count: number): number[] {
  const ends = Array.from({ length: count }, (_, i) => Math.round(((i + 1) * blocks) / count))
  return [...new Set(ends)].filter((seen) => seen > 0)
}
