/** The rows that are searched, in four classes. */

/** Bit 1: candidate; bit 0: bad. */
export const baselineGood = 0
export const baselineBad = 1
export const candidateGood = 2
export const candidateBad = 3

/** The rows that count for one measure, compact. */
export interface Population {
  /** Row numbers in the table. */
  rows: Uint32Array
  /** Per row: the class. */
  classes: Uint8Array
  /** Per attribute, per row: the code. */
  codes: readonly Uint8Array[]
  /** Per row: what it counts for; undefined = 1 each. */
  weights: Float64Array | undefined
  /**
   * Where good rows are a sample: how many events one of the candidate stands for; as evidence it is one row. Undefined: 1,
   * or weights that are counts of events.
   */
  goodWeight?: number
  /** The same of either side, the mix balanced. */
  goodWeights?: GoodWeights
}

/** Events that a good row of a sample stands for, on average. */
export interface GoodWeights {
  baseline: number
  candidate: number
}

/** Four weights, indexed by class. */
export type ClassCounts = Float64Array

/** The rows of a population where `keep` is 1. */
export function subPopulation(population: Population, keep: Uint8Array): Population {
  let size = 0
  for (let at = 0; at < keep.length; at++) size += keep[at]!
  const positions = new Uint32Array(size)
  let next = 0
  for (let at = 0; at < keep.length; at++) if (keep[at] === 1) positions[next++] = at
  return partOfPopulation(population, positions)
}

/** The rows of a population at these positions, in their order. */
export function partOfPopulation(population: Population, positions: Uint32Array): Population {
  const { classes, codes, goodWeight, goodWeights, weights } = population
  const rows = new Uint32Array(positions.length)
  for (let i = 0; i < rows.length; i++) rows[i] = population.rows[positions[i]!]!
  return {
    rows,
    classes: takeAt(classes, positions),
    codes: codes.map((column) => takeAt(column, positions)),
    weights: weights === undefined ? undefined : takeWeights(weights, positions),
    ...(goodWeight !== undefined && { goodWeight }),
    ...(goodWeights !== undefined && { goodWeights }),
  }
}

/** The bytes at these positions. */
export function takeAt(bytes: Uint8Array, positions: Uint32Array): Uint8Array {
  const taken = new Uint8Array(positions.length)
  for (let i = 0; i < taken.length; i++) taken[i] = bytes[positions[i]!]!
  return taken
}

function takeWeights(weights: Float64Array, positions: Uint32Array): Float64Array {
  const taken = new Float64Array(positions.length)
  for (let i = 0; i < taken.length; i++) taken[i] = weights[positions[i]!]!
  return taken
}
