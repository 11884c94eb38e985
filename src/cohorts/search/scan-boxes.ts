/** Rectangles of two numbers and boxes of three, on coarse bins (their ends are moved on raw values later). */
import { baselineBad, candidateBad } from '../cell-counts.ts'
import type { BestCell } from './scan-best-cell.ts'

/** Most groups of bins of a number: for rectangles over all rows; for those within a prefix, and for boxes. */
export const groupsOfTwo = 10
export const groupsWithin = 8

/** Boundaries: group g holds bins boundary[g] + 1 to boundary[g + 1]. */
export function coarseGroups(bins: number, most: number): number[] {
  const groups = Math.min(most, bins)
  return Array.from({ length: groups + 1 }, (_, group) => Math.round((group * bins) / groups))
}

/** Groups `from` (exclusive) to `to` (inclusive) of each number, counted from 1. */
export interface Box {
  from: [number, number, number]
  to: [number, number, number]
}

/**
 * Turns counts by groups (group 0 = absent: every difference leaves it out) into counts of everything up to each group, in
 * place.
 * Shape: [a][b][c][class], c fastest.
 */
export function accumulate(counts: Float64Array, a: number, b: number, c: number): void {
  const steps = [b * c * 4, c * 4, 4]
  for (const [axis, step] of steps.entries()) {
    const along = [a, b, c][axis]!
    if (along === 1) continue
    for (let at = 0; at < counts.length; at++) {
      if (Math.floor(at / step) % along > 0) counts[at]! += counts[at - step]!
    }
  }
}

/**
 * Every box; the best stays in `best`. Intervals of all groups are left out: they are no condition.
 *
 * @param sums from `accumulate`; `a` = 1 for rectangles
 */
export function bestBox(
  sums: Float64Array,
  [a, b, c]: readonly [number, number, number],
  kind: 'share' | 'volume',
  minimum: number,
  best: BestCell,
): Box | null {
  const size = b * c * 4
  if (a === 1) {
    const found = bestRectangle(sums.subarray(0, size), b, c, kind, minimum, best)
    return found === null
      ? null
      : { from: [0, found[0]!, found[2]!], to: [0, found[1]!, found[3]!] }
  }
  const layer = new Float64Array(size)
  let box: Box | null = null
  for (let low = 0; low < a - 1; low++) {
    for (let high = low + 1; high < a; high++) {
      if (low === 0 && high === a - 1) continue
      for (let at = 0; at < size; at++) layer[at] = sums[high * size + at]! - sums[low * size + at]!
      const bad = layer[size - 4 + candidateBad]!
      const base = kind === 'volume' ? layer[size - 4 + baselineBad]! : 0
      if (Math.max(bad, base) < minimum) continue
      const found = bestRectangle(layer, b, c, kind, minimum, best)
      if (found !== null) {
        box = { from: [low, found[0]!, found[2]!], to: [high, found[1]!, found[3]!] }
      }
    }
  }
  return box
}

/** [top, bottom, left, right], where it is better than what `best` had before. */
function bestRectangle(
  sums: Float64Array,
  rows: number,
  width: number,
  kind: 'share' | 'volume',
  minimum: number,
  best: BestCell,
): readonly number[] | null {
  let found: number[] | null = null
  const line = new Float64Array(width * 4)
  const last = (width - 1) * 4
  for (let top = 0; top < rows - 1; top++) {
    for (let bottom = top + 1; bottom < rows; bottom++) {
      if (top === 0 && bottom === rows - 1) continue
      for (let at = 0; at < line.length; at++) {
        line[at] = sums[bottom * width * 4 + at]! - sums[top * width * 4 + at]!
      }
      if (line[last + 3]! < minimum && (kind === 'share' || line[last + 1]! < minimum)) continue
      for (let left = 0; left < last; left += 4) {
        for (let right = left + 4; right <= last; right += 4) {
          const bad = line[right + 3]! - line[left + 3]!
          const baseBad = line[right + 1]! - line[left + 1]!
          if (bad < minimum && (kind === 'share' || baseBad < minimum)) continue
          if (left === 0 && right === last) continue
          const baseGood = line[right]! - line[left]!
          const good = line[right + 2]! - line[left + 2]!
          if (best.offer(baseGood, baseBad, good, bad)) {
            found = [top, bottom, left / 4, right / 4]
          }
        }
      }
    }
  }
  return found
}
