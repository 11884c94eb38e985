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
}

/** Four weights, indexed by class. */
export type ClassCounts = Float64Array

/** The rows of a population where `keep` is 1. */
export function subPopulation(population: Population, keep: Uint8Array): Population {
  let size = 0
  for (const flag of keep) size += flag
  const rows = new Uint32Array(size)
  const classes = new Uint8Array(size)
  const codes = population.codes.map(() => new Uint8Array(size))
  const weights = population.weights === undefined ? undefined : new Float64Array(size)
  let next = 0
  for (let row = 0; row < keep.length; row++) {
    if (keep[row] !== 1) continue
    rows[next] = population.rows[row]!
    classes[next] = population.classes[row]!
    for (let i = 0; i < codes.length; i++) codes[i]![next] = population.codes[i]![row]!
    if (weights !== undefined) weights[next] = population.weights![row]!
    next += 1
  }
  return { rows, classes, codes, weights }
}
