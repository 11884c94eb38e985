import type { JudgeWindow } from '../judge-window.ts'

/**
 * Which stretch of time after the start of a release is compared with which time before it. The longer the release is
 * watched, the longer (and coarser) both are: each doubling is a *scale* with a test and an error budget of its own.
 */
export interface HistoryPlan {
  /** Start of the release, milliseconds since the epoch. */
  start: number
  /** 0, 1, 2, ... */
  scale: number
  blockMillis: number
  /** Blocks of this scale: the time after the start that it covers, and the length of a replayed cut. */
  cutBlocks: number
  /** Complete blocks after the start so far, at most `cutBlocks`. */
  seenBlocks: number
  /** Blocks before the start that are read for replayed cuts. */
  reachBlocks: number
}

/** A scale has at most so many blocks, the smallest at least `minBlocks` and `minMillis`. */
const maxBlocks = 32
const minBlocks = 8
const minMillis = 30_000
/** At most so many cuts are replayed, and none of them is longer ago than `maxReachMillis`. */
export const maxCuts = 128
const maxReachMillis = 7 * 86_400_000
/** The time just before a cut that it is compared with is at most so many times its length. */
export const referenceLengths = 4

/** The plan for what has been seen of a release at a look. `baseMillis`: the judge's own block width. */
export function historyPlan(window: JudgeWindow, baseMillis: number): HistoryPlan {
  const first = Math.min(maxBlocks, Math.max(minBlocks, Math.ceil(minMillis / baseMillis)))
  const elapsed = window.to - window.from
  let scale = 0
  while (first * baseMillis * 2 ** scale < elapsed) scale++
  const total = first * 2 ** scale
  let width = 1
  while (total / width > maxBlocks) width *= 2
  const blockMillis = baseMillis * width
  const cutBlocks = total / width
  const reach = (maxCuts + referenceLengths) * cutBlocks
  return {
    start: window.from,
    scale,
    blockMillis,
    cutBlocks,
    seenBlocks: Math.min(cutBlocks, Math.floor(elapsed / blockMillis)),
    reachBlocks: Math.min(reach, Math.floor(maxReachMillis / blockMillis)),
  }
}
