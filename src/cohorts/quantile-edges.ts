import { sortedNumbers } from './sorted-numbers.ts'

/**
 * Ascending edges between bins with about equal numbers of values; bin i holds edges[i - 1] <= value < edges[i], at most
 * `bins` of them. Independent of the order of the values.
 * @param values NaN = absent
 * @param keep per value: whether it counts; all do where none is kept
 */
export function quantileEdges(
  values: Float64Array,
  bins: number,
  keep: (row: number) => boolean,
): number[] {
  const kept = new Float64Array(values.length)
  let length = 0
  for (let row = 0; row < values.length; row++) if (keep(row)) kept[length++] = values[row]!
  let sorted = sortedNumbers(kept.subarray(0, length))
  if (sorted.length === 0) sorted = sortedNumbers(values)
  const edges: number[] = []
  for (let bin = 1; bin < bins; bin++) {
    const edge = sorted[Math.floor((bin * sorted.length) / bins)]
    if (edge !== undefined && edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge)
  }
  return edges
}

/** How many of the ascending edges are at or below a value. */
export function edgesUpTo(edges: ArrayLike<number>, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
