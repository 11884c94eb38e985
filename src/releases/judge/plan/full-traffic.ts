import type { JudgeWindow } from '../judge-window.ts'
import type { UnitTable } from '../unit-table.ts'

/** From this share of the requests of both versions on, the candidate carries them all. */
export const fullShare = 0.95
const steps = 48

/**
 * For how long, up to the end of the window, the candidate has answered nearly all requests of both versions; in ms, in
 * steps of a 48th of what is asked for. Time without any request does not count.
 * @param needed ms that are asked for
 */
export function fullTrafficMillis(table: UnitTable, window: JudgeWindow, needed: number): number {
  const step = Math.max(window.blockMillis, needed / steps)
  const length = Math.floor((window.to - window.from) / step)
  const counts = Array.from({ length }, () => [0, 0] as [number, number])
  for (let row = 0; row < table.rows; row++) {
    const ago = Math.floor((window.to - table.at[row]!) / step)
    const cell = counts[ago]
    if (cell !== undefined) cell[table.candidate[row] as 0 | 1] += 1
  }
  let full = 0
  for (const [baseline, candidate] of counts) {
    if (candidate + baseline > 0 && candidate < fullShare * (candidate + baseline)) break
    if (candidate > 0) full += step
  }
  return full
}
