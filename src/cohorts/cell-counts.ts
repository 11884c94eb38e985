/** Counts of rows by attribute value, and by pairs of values, in four classes. */
import type { CodedAttribute } from './coded-attributes.ts'

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

export interface CellCounts {
  all: ClassCounts
  /** Per attribute: [code * 4 + class]. */
  singles: readonly Float64Array[]
  pairs: readonly PairCounts[]
}

export interface PairCounts {
  first: number
  second: number
  /** [(code of first * size of second + code of second) * 4 + class] */
  counts: Float64Array
}

/** Empty tables for all attributes and all pairs of `paired` (indices). */
export function emptyCounts(
  attributes: readonly CodedAttribute[],
  paired: readonly number[],
): CellCounts {
  const pairs: PairCounts[] = []
  for (const [index, first] of paired.entries()) {
    for (const second of paired.slice(index + 1)) {
      const cells = attributes[first]!.size * attributes[second]!.size
      pairs.push({ first, second, counts: new Float64Array(cells * 4) })
    }
  }
  return {
    all: new Float64Array(4),
    singles: attributes.map(({ size }) => new Float64Array(size * 4)),
    pairs,
  }
}

/** Adds the rows of a population, or takes them away (`sign` -1). */
export function countRows(
  into: CellCounts,
  population: Population,
  attributes: readonly CodedAttribute[],
  sign: 1 | -1,
): void {
  const { classes, codes } = population
  const weights = population.weights ?? new Float64Array(0)
  const weighted = population.weights !== undefined
  for (let row = 0; row < classes.length; row++) {
    into.all[classes[row]!]! += weighted ? sign * weights[row]! : sign
  }
  for (const [attribute, counts] of into.singles.entries()) {
    const column = codes[attribute]!
    for (let row = 0; row < classes.length; row++) {
      counts[column[row]! * 4 + classes[row]!]! += weighted ? sign * weights[row]! : sign
    }
  }
  for (const { first, second, counts } of into.pairs) {
    const size = attributes[second]!.size
    if (weighted)
      countPairWeighted(counts, codes[first]!, codes[second]!, size, classes, weights, sign)
    else countPair(counts, codes[first]!, codes[second]!, size, classes, sign)
  }
}

function countPair(
  counts: Float64Array,
  first: Uint8Array,
  second: Uint8Array,
  size: number,
  classes: Uint8Array,
  sign: number,
): void {
  for (let row = 0; row < classes.length; row++) {
    counts[(first[row]! * size + second[row]!) * 4 + classes[row]!]! += sign
  }
}

function countPairWeighted(
  counts: Float64Array,
  first: Uint8Array,
  second: Uint8Array,
  size: number,
  classes: Uint8Array,
  weights: Float64Array,
  sign: number,
): void {
  for (let row = 0; row < classes.length; row++) {
    counts[(first[row]! * size + second[row]!) * 4 + classes[row]!]! += sign * weights[row]!
  }
}

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
