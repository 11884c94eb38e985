import { newWatchState } from '../judge/hypothesis.ts'
import { judgeUnits } from '../judge/judge-units.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import type { Policy } from '../judge/policy.ts'
import { tableUntil } from '../judge/table-until.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { Finding } from '../verdict.ts'

export interface WatchedUnits {
  /** Seconds from the start of the window to the look that said `rollback`; null where none did. */
  alarmSeconds: number | null
  /** Of the last look that was made. */
  findings: Finding[]
}

/** The evidence is weighed at the end of every block, however many looks there are: they only bring new cohorts to it. */
const mostLooks = 20

/**
 * The concurrent comparison of a past cut, look by look like that of a release, to the first look that says `rollback` (and
 * `isEnough`) or the end.
 * @param policy of the concurrent comparison
 * @param slice called after each look
 */
export async function watchUnits(
  table: UnitTable,
  service: string,
  { from, blockMillis, blocks }: JudgeWindow,
  policy: Policy,
  slice: () => Promise<void>,
  isEnough: (findings: readonly Finding[]) => boolean = () => true,
): Promise<WatchedUnits> {
  let state = newWatchState()
  let findings: Finding[] = []
  const looks = Math.min(blocks, mostLooks)
  for (let look = 1; look <= looks; look++) {
    const seen = Math.round((look * blocks) / looks)
    const to = from + seen * blockMillis
    const window = { from, to, blockMillis, blocks: seen }
    const at = new Date(to).toISOString()
    const judged = judgeUnits(tableUntil(table, to), service, window, state, policy, at)
    ;({ state, findings } = judged)
    await slice()
    if (state.alarmedAt !== null && isEnough(findings)) {
      return { alarmSeconds: (to - from) / 1000, findings }
    }
  }
  return { alarmSeconds: null, findings }
}
