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

/** A power of two. */
const smallNumbers = 4096

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

/** Bins of the numbers of a column. */
export interface NumberBins {
  edges: readonly number[]
  /** Per row: 0 = absent, else 1 + how many edges are at or below the number. */
  codes: Uint8Array
}

const remembered = new WeakMap<Float64Array, NumberBins & { candidate: Uint8Array; bins: number }>()

/**
 * Bins with about equal numbers of baseline rows. Asked for by each measure and by the balance of the mix, and the same
 * for all: what was found for a column is kept for as long as the column is.
 */
export function baselineBins(
  values: Float64Array,
  candidate: Uint8Array,
  bins: number,
): NumberBins {
  const known = remembered.get(values)
  if (known?.candidate === candidate && known.bins === bins) return known
  const edges = quantileEdges(values, bins, (row) => candidate[row] === 0)
  const found = { edges, codes: codesBetween(edges, values), candidate, bins }
  remembered.set(values, found)
  return found
}

/** Per row: 0 where the number is absent, else 1 + how many of the edges (at most 254) are at or below it. */
export function codesBetween(edges: ArrayLike<number>, values: Float64Array): Uint8Array {
  const codes = new Uint8Array(values.length)
  // of small whole numbers, such as ages and sizes, each is looked for once
  const small = new Uint8Array(smallNumbers)
  for (let row = 0; row < codes.length; row++) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    const at = value & (smallNumbers - 1)
    if (at !== value) codes[row] = 1 + edgesUpTo(edges, value)
    else codes[row] = small[at] ||= 1 + edgesUpTo(edges, value)
  }
  return codes
}
