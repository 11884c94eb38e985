import type { JudgeWindow } from '../judge-window.ts'

/** A stretch of event time, milliseconds since the epoch: from <= time < to. */
export interface Stretch {
  from: number
  to: number
}

/** A stretch is at most this share of its age long: what comes late lies near the end, and little is read for it. */
const shareOfAge = 1 / 4

/** Cuts a window at block borders into stretches that are longer the older they are. */
export function stretchesOf({ from, to, blockMillis }: JudgeWindow): Stretch[] {
  const stretches: Stretch[] = []
  let end = to
  while (end > from) {
    const wanted = Math.floor(((to - end) * shareOfAge) / blockMillis) * blockMillis
    const begin = Math.max(from, end - Math.max(blockMillis, wanted))
    stretches.unshift({ from: begin, to: end })
    end = begin
  }
  return stretches
}

/** Two neighbours are old enough to be one. */
export const mayBeOne = (a: Stretch, b: Stretch, to: number): boolean =>
  b.to - a.from <= (to - b.to) * shareOfAge
