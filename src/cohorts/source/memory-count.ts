import type { Cohort } from '../cohort.ts'
import type { CategoryValue } from '../cohort-table.ts'
import {
  bucketCount,
  type CohortCounts,
  type DurationSums,
  type SideCounts,
} from '../compare/cohort-source.ts'
import type { MixBalance, MixFactor } from '../mix-balance.ts'
import { matchRows } from './memory-match.ts'
import type { MemoryMeasure, MemoryTable } from './memory-rows.ts'

const blockRows = 65_536
/** Side, half and bucket of a row as one number. */
const slots = 4 * bucketCount

export interface CountedRows {
  table: MemoryTable
  measures: readonly MemoryMeasure[]
  /** Per row: half times 256 plus bucket. */
  places: Uint16Array
  /** Per row: which unit, small numbers without gaps. */
  unitIndex: Uint32Array
  confirmationHalf: 0 | 1
}

/** Exact counts of one cohort under each of the measures, over all rows. */
export function countCohort(
  rows: CountedRows,
  cohort: Cohort,
  measures: readonly MemoryMeasure[],
  balance: MixBalance,
): CohortCounts[] {
  const { table, places, confirmationHalf } = rows
  const factorOf = balanceFactor(table, balance)
  const tallies = measures.map(() => new Tally(confirmationHalf))
  forEachBlock(table, cohort, (found, size) => {
    for (const [index, measure] of measures.entries()) {
      const tally = tallies[index]!
      const { bad, kind } = measure
      const isBalanced = factorOf !== null && kind === 'share'
      for (let i = 0; i < size; i++) {
        const row = found[i]!
        const flag = kind === 'volume' ? 1 : bad[row]!
        if (flag === 255) continue
        const weight = table.weights === undefined ? 1 : table.weights[row]!
        const side = table.candidate[row]!
        const slot = side * 2 * bucketCount + places[row]!
        tally.total[slot]! += weight
        if (flag === 1) tally.bad[slot]! += weight
        if (isBalanced && side === 0 && places[row]! >> 8 === confirmationHalf) {
          const balanced = weight * factorOf(row)
          tally.balancedTotal[places[row]! & 255]! += balanced
          if (flag === 1) tally.balancedBad[places[row]! & 255]! += balanced
        }
      }
    }
  })
  return tallies.map((tally, index) =>
    tally.counts(factorOf !== null && measures[index]!.kind === 'share'),
  )
}

/** Bad and total per slot. */
class Tally {
  readonly bad = new Float64Array(slots)
  readonly total = new Float64Array(slots)
  readonly balancedBad = new Float64Array(bucketCount)
  readonly balancedTotal = new Float64Array(bucketCount)

  readonly #confirmation: number

  constructor(confirmation: number) {
    this.#confirmation = confirmation
  }

  counts(balanced: boolean): CohortCounts {
    const part = (of: Float64Array, side: number, half: number): Float64Array => {
      const from = (side * 2 + half) * bucketCount
      return of.slice(from, from + bucketCount)
    }
    const sides = (halves: readonly number[], side: number): SideCounts => ({
      bad: halves.reduce((all, half) => all + sum(part(this.bad, side, half)), 0),
      total: halves.reduce((all, half) => all + sum(part(this.total, side, half)), 0),
    })
    return {
      baseline: sides([0, 1], 0),
      candidate: sides([0, 1], 1),
      discovery: { baseline: sides([0], 0), candidate: sides([0], 1) },
      confirmation: {
        baselineBad: balanced ? this.balancedBad : part(this.bad, 0, this.#confirmation),
        baselineTotal: balanced ? this.balancedTotal : part(this.total, 0, this.#confirmation),
        candidateBad: part(this.bad, 1, this.#confirmation),
        candidateTotal: part(this.total, 1, this.#confirmation),
      },
      units: { baseline: this.#badPlaces(0), candidate: this.#badPlaces(1) },
    }
  }

  /** Buckets of either half with something bad. */
  #badPlaces(side: number): number {
    const from = side * 2 * bucketCount
    let found = 0
    for (let slot = from; slot < from + 2 * bucketCount; slot++) if (this.bad[slot]! > 0) found += 1
    return found
  }
}

function sum(values: Float64Array): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}

/** log-durations of a cohort in the confirmation half, rounded to 1/1024 so that their sums are exact. */
export function sumDurations(
  rows: CountedRows,
  cohort: Cohort,
  durations: Float32Array | Float64Array,
): DurationSums {
  const { table, places } = rows
  const count = new Float64Array(2 * bucketCount)
  const sums = new Float64Array(2 * bucketCount)
  forEachBlock(table, cohort, (found, size) => {
    for (let i = 0; i < size; i++) {
      const row = found[i]!
      const place = places[row]!
      const duration = durations[row]!
      if (place < bucketCount || !(duration > 0) || duration === Infinity) continue
      const weight = table.weights === undefined ? 1 : table.weights[row]!
      const slot = table.candidate[row]! * bucketCount + place - bucketCount
      count[slot]! += weight
      sums[slot]! += (weight * Math.round(Math.log(duration) * 1024)) / 1024
    }
  })
  const side = (from: number): { count: Float64Array; sum: Float64Array } => ({
    count: count.slice(from, from + bucketCount),
    sum: sums.slice(from, from + bucketCount),
  })
  return { baseline: side(0), candidate: side(bucketCount) }
}

/** Calls `visit` with the matching row numbers of one block after the other, in the order of the rows. */
export function forEachBlock(
  table: MemoryTable,
  cohort: Cohort,
  visit: (rows: Uint32Array, size: number) => void,
): void {
  const matches = matchRows(table, cohort)
  const found = new Uint32Array(blockRows)
  for (let from = 0; from < table.rows; from += blockRows) {
    const size = matches(from, Math.min(table.rows, from + blockRows), found)
    if (size > 0) visit(found, size)
  }
}

/** The weight of a baseline row; null where every one is 1. */
function balanceFactor(table: MemoryTable, balance: MixBalance): ((row: number) => number) | null {
  if (balance.factors.length === 0 && balance.scale === 1) return null
  const parts = balance.factors.map((factor) => factorOfRow(table, factor))
  return (row) => {
    let product = balance.scale
    for (const part of parts) product *= part(row)
    return product
  }
}

function factorOfRow(table: MemoryTable, factor: MixFactor): (row: number) => number {
  const column = table.attributes.find(({ name }) => name === factor.attribute)
  if (factor.kind === 'number') {
    if (column?.kind !== 'number') return () => factor.absent
    const { edges, factors, absent } = factor
    const { values } = column
    return (row) => {
      const value = values[row]!
      if (Number.isNaN(value)) return absent
      let bin = 0
      while (bin < edges.length && value >= edges[bin]!) bin += 1
      return factors[bin] ?? 1
    }
  }
  const known = new Map(factor.values.map((value, index) => [value, factor.factors[index] ?? 1]))
  const of = (value: CategoryValue): number => known.get(value) ?? factor.other
  if (column === undefined) return () => of(null)
  if (column.kind === 'number') {
    return (row) => of(Number.isNaN(column.values[row]!) ? null : column.values[row]!)
  }
  const byCode = Float64Array.from(column.values, (value, code) => of(code === 0 ? null : value))
  return (row) => byCode[column.codes[row]!]!
}
