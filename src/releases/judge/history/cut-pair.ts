import {
  addBlock,
  emptyCounts,
  firstBlockWithTraffic,
  type HistoryCounts,
  requestsIn,
} from './history-counts.ts'
import { type HistoryPlan, referenceLengths } from './history-plan.ts'

/** Which earlier time a stretch is compared with. */
export type HourClass = 'same hour of the week' | 'same hour yesterday' | 'the time just before'

/** Stored history on one grid for each shift: the release's own time, one day, one week and two weeks earlier. */
export interface HistoryGrids {
  now: HistoryCounts
  day: HistoryCounts
  week: HistoryCounts
  twoWeeks: HistoryCounts
}

/** The best class first. */
export const hourClasses: readonly HourClass[] = [
  'same hour of the week',
  'same hour yesterday',
  'the time just before',
]

/** Fewer requests than this on a side are no comparison. */
export const minRequests = 50

/**
 * What a cut at block `at` of the release's grid is compared with: blocks 0 to cutBlocks - 1, each to be compared with the
 * block of that number after the cut. Null where there is too little.
 *
 * The time just before is dealt out nearest first over the blocks of the cut, so that every block meets history that no
 * earlier block has met: the test stays one of fresh evidence at every block.
 */
export function referenceOf(
  grids: HistoryGrids,
  plan: HistoryPlan,
  hourClass: HourClass,
  at: number,
): HistoryCounts | null {
  const reference = emptyCounts(0, plan.cutBlocks)
  if (hourClass === 'the time just before') {
    const first = firstBlockWithTraffic(grids.now)
    if (first === null) return null
    const length = Math.min(referenceLengths * plan.cutBlocks, at - first)
    for (let j = 0; j < length; j++) {
      addBlock(reference, Math.floor((j * plan.cutBlocks) / length), grids.now, at - 1 - j)
    }
  } else {
    const shifted = hourClass === 'same hour yesterday' ? [grids.day] : [grids.week, grids.twoWeeks]
    for (const grid of shifted) {
      const first = firstBlockWithTraffic(grid)
      // history that begins within the stretch is no history of it
      if (first === null || first > at) continue
      for (let i = 0; i < plan.cutBlocks; i++) addBlock(reference, i, grid, at + i)
    }
  }
  return requestsIn(reference) >= minRequests ? reference : null
}

/** The blocks of a past cut, as if a release had begun there; null where there is too little. */
export function replayedCut(
  grids: HistoryGrids,
  plan: HistoryPlan,
  at: number,
): HistoryCounts | null {
  const after = emptyCounts(0, plan.cutBlocks)
  for (let i = 0; i < plan.cutBlocks; i++) addBlock(after, i, grids.now, at + i)
  return requestsIn(after) >= minRequests ? after : null
}
