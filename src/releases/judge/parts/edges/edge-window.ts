import type { JudgeWindow } from '../../judge-window.ts'

/** The blocks of event time in which edges are counted; times in ms since the epoch. */
export interface EdgeWindow extends JudgeWindow {
  /** Traces of the window's requests lie within. */
  wideFrom: number
  wideTo: number
}

/** Coarser than the judge's: every edge has its own counts for each block. */
const maxBlocks = 240
/** A trace began at most so long before its request to the service, and goes on so long after it. */
const wideMillis = 60_000

/**
 * The judge's blocks, two by two until there are few enough; borders of wider blocks are borders of narrower ones.
 * @param now nothing that began later is known
 */
export function edgeWindow(window: JudgeWindow, now: number): EdgeWindow {
  let { blockMillis } = window
  while ((window.to - window.from) / blockMillis > maxBlocks) blockMillis *= 2
  return {
    from: window.from,
    to: window.to,
    blockMillis,
    // the last one may be open: what is in it counts as far as it is there
    blocks: Math.ceil((window.to - window.from) / blockMillis),
    wideFrom: window.from - wideMillis,
    wideTo: Math.min(window.to + wideMillis, Math.max(window.to, now)),
  }
}
