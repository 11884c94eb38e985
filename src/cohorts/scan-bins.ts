import { candidateBad, type ClassCounts } from './cell-counts.ts'

/** Where the bins of one slice lie in a table of counts: bin b (from 1) at `offset + b * stride`. */
export interface BinScan {
  counts: Float64Array
  offset: number
  stride: number
  bins: number
}

/**
 * Every interval of bins that starts and ends with a bad candidate row (no other can be the best of its slice) and has
 * at least `minimumBad` of them. `four` is reused between calls. The interval of all bins is visited only where rows
 * lie outside (the attribute is absent there), since else it says nothing.
 */
export function scanBins(
  { counts, offset, stride, bins }: BinScan,
  minimumBad: number,
  visit: (first: number, last: number, four: ClassCounts) => void,
): void {
  let bad = 0
  for (let bin = 1; bin <= bins; bin++) bad += counts[offset + bin * stride + candidateBad]!
  if (bad < minimumBad) return
  const four = new Float64Array(4)
  let absent = 0
  for (let k = 0; k < 4; k++) absent += counts[offset + k]!
  for (let first = 1; first <= bins; first++) {
    if (counts[offset + first * stride + candidateBad] === 0) continue
    four.fill(0)
    for (let last = first; last <= bins; last++) {
      const at = offset + last * stride
      for (let k = 0; k < 4; k++) four[k]! += counts[at + k]!
      if (counts[at + candidateBad] === 0 || four[candidateBad]! < minimumBad) continue
      if (first === 1 && last === bins && absent === 0) continue
      visit(first, last, four)
    }
  }
}
