import { onlineWeight } from '../../../stats/online-weights.ts'

/** A later part of a watch that is judged as if the release had begun with it. */
export interface LateWindow {
  /** ms since 1970 */
  from: number
  /** Its share of the error budget of all such windows. */
  share: number
}

/** The first windows are this long. */
const firstMillis = 60_000
/** A watch of this many windows to twice as many has windows of one length. */
const windowsOf = 8

/**
 * The window that a watch is in: an eighth to a sixteenth of what has been lived through, cut at fixed times, each judged
 * until the next one has had a quarter of its time. Windows double in length as the watch does. Those of the j-th length
 * share 1/(j(j+1)) of the budget, so that all windows of a watch, however long, stay within it. Null while the watch is
 * short: the comparison of all of it speaks then.
 */
export function lateWindow(from: number, to: number): LateWindow | null {
  const watched = to - from
  if (watched < windowsOf * firstMillis) return null
  const doublings = Math.floor(Math.log2(watched / (windowsOf * firstMillis)))
  const length = firstMillis * 2 ** doublings
  const share = onlineWeight(doublings + 1) / windowsOf
  const number = Math.floor(watched / length)
  const isYoung = watched - number * length < length / 4 && number > windowsOf
  return { from: from + (isYoung ? number - 1 : number) * length, share }
}
