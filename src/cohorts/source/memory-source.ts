import { setImmediate } from 'node:timers/promises'

import { AftergreenError } from '../../errors.ts'
import type { Cohort } from '../cohort.ts'
import {
  bucketCount,
  type CohortSource,
  type ExaminedCohort,
  type SideCounts,
} from '../compare/cohort-source.ts'
import { formatCohort } from '../format-cohort.ts'
import { countCohort, forEachBlock, sumDurations, type CountedRows } from './memory-count.ts'
import { slowMeasures } from './memory-latency.ts'
import { holds } from './memory-match.ts'
import type { MemoryColumn, MemoryDurations, MemoryMeasure, MemoryTable } from './memory-rows.ts'
import { sampleRows } from './memory-sample.ts'
import { placeUnits, unitHash } from './unit-hash.ts'

export interface MemorySourceOptions {
  table: MemoryTable
  /** Per row: the number of its unit. */
  unit: Uint32Array
  measures: readonly MemoryMeasure[]
  /** Adds the measures `slow p50`, `slow p90` and `slow p99` after the others. */
  durations?: MemoryDurations
  names?: { unit?: string; exemplar?: string }
  notes?: readonly string[]
  /** Chooses halves, buckets and sample; default 1. */
  seed?: number
  /**
   * Confirms nothing: the rows that suggested are counted once more, each as a unit of its own. A planted bug, to see
   * that a drill notices it; default false.
   */
  unconfirmed?: boolean
}

const exemplarsWanted = 3

/**
 * A comparison of rows in memory; nothing is copied but the sample, and nothing is changed.
 *
 * @throws RangeError when columns, measures or units do not have one entry per row
 */
export function memorySource(options: MemorySourceOptions): CohortSource {
  const { table, unit, durations, names = {}, notes = [], seed = 1 } = options
  checkLengths(options)
  const measures = [
    ...options.measures,
    ...(durations === undefined ? [] : slowMeasures(table.candidate, durations)),
  ]
  const unconfirmed = options.unconfirmed === true
  const places = placeUnits(unit, seed)
  if (unconfirmed) scatterBuckets(places)
  const unitIndex = indexUnits(unconfirmed ? unit.map((_, row) => row) : unit)
  const confirmationHalf = unconfirmed ? 0 : 1
  const rows: CountedRows = { table, measures, places, unitIndex, confirmationHalf }
  const measureNamed = (name: string): MemoryMeasure => {
    const found = measures.find((measure) => measure.name === name)
    if (found === undefined) throw new RangeError(`no measure ${name}`)
    return found
  }

  return {
    async describe(signal) {
      signal?.throwIfAborted()
      const sizes = [0, 0]
      for (let row = 0; row < table.rows; row++) {
        sizes[table.candidate[row]!]! += table.weights?.[row] ?? 1
      }
      const [baseline = 0, candidate = 0] = sizes
      if (baseline === 0 || candidate === 0) {
        throw new AftergreenError(
          'COMPARE_EMPTY_SIDE',
          `The ${baseline === 0 ? 'baseline' : 'candidate'} has no events.`,
          { hint: 'Choose a population with events on both sides.' },
        )
      }
      return {
        baseline,
        candidate,
        rows: table.rows,
        measures: measures.map(({ name, kind }) => ({ name, kind })),
        unit: names.unit ?? 'row',
        exemplar: names.exemplar ?? 'row',
        notes,
      }
    },

    async sample(signal) {
      signal?.throwIfAborted()
      return sampleRows(table, measures, unitIndex, places, seed)
    },

    async count({ cohorts, measures: wanted, balance }, signal) {
      if (cohorts.length > 200) throw new RangeError('at most 200 cohorts at a time')
      const counted = wanted.map(measureNamed)
      return eachInTurn(cohorts, signal, (cohort) => countCohort(rows, cohort, counted, balance))
    },

    async durations(cohorts, signal) {
      if (durations === undefined) return null
      return eachInTurn(cohorts, signal, (cohort) => sumDurations(rows, cohort, durations.values))
    },

    async examine(asked, signal) {
      return eachInTurn(asked, signal, ({ cohort, measure }) => {
        const examined = examineRows(rows, unit, seed, cohort, measureNamed(measure))
        return { ...examined, counts: recountRows(table, cohort, measureNamed(measure)) }
      })
    },

    predicate: (cohort) => formatCohort(cohort),

    async close() {},
  }
}

/** Leaves room for others, and for Ctrl-C, between two cohorts. */
async function eachInTurn<S, T>(
  asked: readonly S[],
  signal: AbortSignal | undefined,
  work: (one: S) => T,
): Promise<T[]> {
  const results: T[] = []
  for (const one of asked) {
    signal?.throwIfAborted()
    results.push(work(one))
    await setImmediate()
  }
  return results
}

function checkLengths({ table, unit, measures, durations }: MemorySourceOptions): void {
  const columns = [
    ['candidate', table.candidate],
    ['unit', unit],
    ['weights', table.weights],
    ['durations', durations?.values],
    ['operation', durations?.operation],
    ...measures.map(({ name, bad }) => [name, bad] as const),
    ...table.attributes.map((column) => [column.name, valuesOf(column)] as const),
  ] as const
  for (const [name, values] of columns) {
    if (values !== undefined && values.length !== table.rows) {
      throw new RangeError(`${name} has ${values.length} entries for ${table.rows} rows`)
    }
  }
}

function valuesOf(column: MemoryColumn): { length: number } {
  return column.kind === 'number' ? column.values : column.codes
}

/** Every row by itself, in the half that it is in. */
function scatterBuckets(places: Uint16Array): void {
  for (let row = 0; row < places.length; row++) {
    places[row] = (places[row]! & bucketCount) | (unitHash(row, 0) & (bucketCount - 1))
  }
}

/** Units as numbers without large gaps. */
function indexUnits(unit: Uint32Array): Uint32Array {
  let largest = 0
  for (let row = 0; row < unit.length; row++) largest = Math.max(largest, unit[row]!)
  if (largest < 2 * unit.length) return unit
  const known = new Map<number, number>()
  return unit.map((number) => {
    const index = known.get(number) ?? known.size
    if (index === known.size) known.set(number, index)
    return index
  })
}

/** Rows of the smallest hashes: bad ones, or any where none is bad; and the units of the bad ones. */
function examineRows(
  rows: CountedRows,
  unit: Uint32Array,
  seed: number,
  cohort: Cohort,
  { bad, kind }: MemoryMeasure,
): Omit<ExaminedCohort, 'counts'> {
  const units = [new Set<number>(), new Set<number>()] as const
  const best = [0, 1, 2, 3].map((): { hash: number; row: number }[] => [])
  forEachBlock(rows.table, cohort, (found, size) => {
    for (let i = 0; i < size; i++) {
      const row = found[i]!
      const flag = kind === 'volume' ? 1 : bad[row]!
      if (flag === 255) continue
      const side = rows.table.candidate[row] as 0 | 1
      if (flag === 1) units[side].add(rows.unitIndex[row]!)
      const list = best[side * 2 + flag]!
      const hash = unitHash(unit[row]!, seed)
      if (list.length === exemplarsWanted && hash >= list.at(-1)!.hash) continue
      list.push({ hash, row })
      list.sort((a, b) => a.hash - b.hash || a.row - b.row)
      list.length = Math.min(list.length, exemplarsWanted)
    }
  })
  const named = (side: number): string[] => {
    const chosen = best[side * 2 + 1]!.length > 0 ? best[side * 2 + 1]! : best[side * 2]!
    return chosen.map(({ row }) => String(row + 1))
  }
  return {
    exemplars: { baseline: named(0), candidate: named(1) },
    units: { baseline: units[0].size, candidate: units[1].size },
  }
}

/** Row by row and value by value, sharing only the meaning of a condition with the counts. */
function recountRows(
  table: MemoryTable,
  cohort: Cohort,
  { bad, kind }: MemoryMeasure,
): { baseline: SideCounts; candidate: SideCounts } {
  const baseline: SideCounts = { bad: 0, total: 0 }
  const candidate: SideCounts = { bad: 0, total: 0 }
  const conditions = cohort.map((condition) => ({
    condition,
    column: table.attributes.find(({ name }) => name === condition.attribute),
  }))
  for (let row = 0; row < table.rows; row++) {
    const flag = kind === 'volume' ? 1 : bad[row]!
    if (flag === 255) continue
    const inside = conditions.every(({ condition, column }) =>
      holds(valueOf(column, row), condition),
    )
    if (!inside) continue
    const side = table.candidate[row] === 1 ? candidate : baseline
    const weight = table.weights?.[row] ?? 1
    side.total += weight
    if (flag === 1) side.bad += weight
  }
  return { baseline, candidate }
}

function valueOf(column: MemoryColumn | undefined, row: number): string | number | boolean | null {
  if (column === undefined) return null
  if (column.kind === 'number') {
    const value = column.values[row]!
    return Number.isNaN(value) ? null : value
  }
  const code = column.codes[row]!
  return code === 0 ? null : (column.values[code] ?? null)
}
