import type { DiscoverySample } from '../compare/cohort-source.ts'
import { takeColumn, type MemoryMeasure, type MemoryTable } from './memory-rows.ts'
import { samplingNotes } from './sampling-notes.ts'
import { budgetShare, samplingRates } from './sampling-rates.ts'
import type { ClassMeasure } from './sql-measures.ts'
import { lowZeros, type TakenRows, thinnedMeasure } from './thinned-measure.ts'
import { unitHash } from './unit-hash.ts'

/**
 * The discovery half, thinned where it is large, at the rates of `samplingRates`. Rows of one class (side, and what they
 * are under each measure) share a rate, one in a power of two. Each row is taken or left by itself, as in the store and in
 * files: a sample of whole users may have none of a cohort of few.
 * @param unit per row, without large gaps
 */
export function sampleRows(
  table: MemoryTable,
  measures: readonly MemoryMeasure[],
  unit: Uint32Array,
  places: Uint16Array,
  seed: number,
): DiscoverySample {
  const shares = measures.filter(({ kind }) => kind === 'share')
  const classes = classify(table, shares)
  const classCount = 2 * 3 ** shares.length
  const sizes = new Float64Array(classCount)
  for (let row = 0; row < table.rows; row++) if (places[row]! < 256) sizes[classes[row]!]! += 1
  const known = measures.map((measure): ClassMeasure => {
    const { name, kind } = measure
    return { name, kind, roles: rolesOf(shares.indexOf(measure), shares.length) }
  })
  const rates = samplingRates(sizes, known, budgetShare(table.attributes.length))
  const { rows, taken } = takenRows(table, unit, places, classes, rates.powers, seed)
  const candidate = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) candidate[i] = table.candidate[rows[i]!]!
  return {
    table: {
      rows: rows.length,
      candidate,
      attributes: table.attributes.map((column) => takeColumn(column, rows)),
      ...(taken.weights.every((weight) => weight === 1) ? {} : { weights: taken.weights }),
    },
    measures: known.map((measure, i) => thinnedMeasure(measure, rates.byMeasure[i]!, taken)),
    notes: samplingNotes(known, rates, sizes),
  }
}

/** Per row: per measure 0 = good, 1 = bad, 2 = does not count, as digits to the base 3; the lowest bit is the side. */
function classify(table: MemoryTable, shares: readonly MemoryMeasure[]): Uint16Array {
  if (shares.length > 9) throw new RangeError('at most 9 measures of shares')
  const classes = new Uint16Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    let code = 0
    for (const { bad } of shares) code = code * 3 + Math.min(2, bad[row]!)
    classes[row] = code * 2 + table.candidate[row]!
  }
  return classes
}

/** What each class is under one of the measures of shares; of a volume (-1) every row is bad. */
function rolesOf(share: number, shares: number): Uint8Array {
  const roles = new Uint8Array(2 * 3 ** shares).fill(1)
  if (share === -1) return roles
  return roles.map((_, code) => {
    const digit = Math.floor((code >> 1) / 3 ** (shares - 1 - share)) % 3
    return digit === 2 ? 255 : digit
  })
}

function takenRows(
  table: MemoryTable,
  unit: Uint32Array,
  places: Uint16Array,
  classes: Uint16Array,
  powers: Uint8Array,
  seed: number,
): { rows: Uint32Array; taken: TakenRows } {
  const rows: number[] = []
  const zeros: number[] = []
  const before = new Uint32Array(unit.reduce((most, each) => Math.max(most, each), 0) + 1)
  for (let row = 0; row < unit.length; row++) {
    if (places[row]! >= 256) continue
    const of = unit[row]!
    // its place among the rows of its unit, not among all: where each is a unit of its own, their order does not matter
    const place = (before[of]! += 1)
    const first = lowZeros(unitHash(of, seed ^ Math.imul(place, 0x9e37_79b1)))
    if (first < powers[classes[row]!]!) continue
    rows.push(row)
    zeros.push(first)
  }
  const of = Uint32Array.from(rows)
  const events = Float64Array.from(of, (row) => table.weights?.[row] ?? 1)
  const taken: TakenRows = {
    classes: Uint16Array.from(of, (row) => classes[row]!),
    zeros: Uint8Array.from(zeros),
    events,
    weights: events.map((weight, i) => weight * 2 ** powers[classes[of[i]!]!]!),
  }
  return { rows: of, taken }
}
