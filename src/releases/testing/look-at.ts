import { newWatchState, type WatchState } from '../judge/hypothesis.ts'
import { judgeUnits, type UnitJudgement } from '../judge/judge-units.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import { defaultPolicy } from '../judge/policy.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import { syntheticWindow } from './synthetic-units.ts'
import { tableUntil } from '../judge/table-until.ts'

/** One look of the judge at a table. */
export function lookAt(
  table: UnitTable,
  state: WatchState = newWatchState(),
  window: JudgeWindow = syntheticWindow,
): UnitJudgement {
  const at = new Date(window.to).toISOString()
  return judgeUnits(table, 'checkout', window, state, defaultPolicy, at)
}

/** Looks after every block, as the live judge does; the state passes through JSON, as through the ledger. */
export function watchBlocks(table: UnitTable, blocks: number): UnitJudgement[] {
  const blockMillis = syntheticWindow.to / blocks
  const looks: UnitJudgement[] = []
  for (let block = 1; block <= blocks; block++) {
    const to = block * blockMillis
    const before = JSON.stringify(looks.at(-1)?.state ?? newWatchState())
    const window = { from: 0, to, blockMillis, blocks: block }
    looks.push(lookAt(tableUntil(table, to), JSON.parse(before) as WatchState, window))
  }
  return looks
}
