import { candidateBad, type ClassCounts } from './cell-counts.ts'

const coarseBins = 10

/**
 * Every pair of intervals of two numbers, on at most ten coarse bins each (their ends are moved on raw values later).
 * Intervals of all bins are left out: they are conditions on one number. `four` is reused between calls.
 */
export function scanRectangles(
  counts: Float64Array,
  firstSize: number,
  secondSize: number,
  minimumBad: number,
  visit: (
    firstFrom: number,
    firstTo: number,
    secondFrom: number,
    secondTo: number,
    four: ClassCounts,
  ) => void,
): void {
  const rows = coarse(firstSize - 1)
  const columns = coarse(secondSize - 1)
  const width = columns.length
  const sums = prefixSums(counts, secondSize, rows, columns)
  const four = new Float64Array(4)
  for (let top = 0; top < rows.length - 1; top++) {
    for (let bottom = top + 1; bottom < rows.length; bottom++) {
      if (top === 0 && bottom === rows.length - 1) continue
      for (let left = 0; left < width - 1; left++) {
        for (let right = left + 1; right < width; right++) {
          if (left === 0 && right === width - 1) continue
          const a = (bottom * width + right) * 4
          const b = (top * width + right) * 4
          const c = (bottom * width + left) * 4
          const d = (top * width + left) * 4
          const bad =
            sums[a + candidateBad]! -
            sums[b + candidateBad]! -
            sums[c + candidateBad]! +
            sums[d + candidateBad]!
          if (bad < minimumBad) continue
          for (let k = 0; k < 4; k++) {
            four[k] = Math.max(0, sums[a + k]! - sums[b + k]! - sums[c + k]! + sums[d + k]!)
          }
          visit(rows[top]! + 1, rows[bottom]!, columns[left]! + 1, columns[right]!, four)
        }
      }
    }
  }
}

/** Boundaries: group g holds bins boundary[g] + 1 to boundary[g + 1]. */
function coarse(bins: number): number[] {
  const groups = Math.min(coarseBins, bins)
  return Array.from({ length: groups + 1 }, (_, group) => Math.round((group * bins) / groups))
}

/** Counts of all cells above and to the left of each pair of boundaries; code 0 (absent) is not in it. */
function prefixSums(
  counts: Float64Array,
  secondSize: number,
  rows: readonly number[],
  columns: readonly number[],
): Float64Array {
  const width = columns.length
  const sums = new Float64Array(rows.length * width * 4)
  for (let r = 1; r < rows.length; r++) {
    const line = new Float64Array(4)
    for (let c = 1; c < width; c++) {
      for (let i = rows[r - 1]! + 1; i <= rows[r]!; i++) {
        for (let j = columns[c - 1]! + 1; j <= columns[c]!; j++) {
          for (let k = 0; k < 4; k++) line[k]! += counts[(i * secondSize + j) * 4 + k]!
        }
      }
      for (let k = 0; k < 4; k++) {
        sums[(r * width + c) * 4 + k] = line[k]! + sums[((r - 1) * width + c) * 4 + k]!
      }
    }
  }
  return sums
}
