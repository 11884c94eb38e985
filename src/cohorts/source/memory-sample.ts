import type { DiscoverySample } from '../compare/cohort-source.ts'
import { takeColumn, type MemoryMeasure, type MemoryTable } from './memory-rows.ts'
import { unitHash } from './unit-hash.ts'

/** Bad rows, and as many others, that each measure keeps of each side. */
const wantedRows = 60_000
const mostRows = 500_000

/**
 * The discovery half, thinned where it is large. Rows of one class (side, and what they are under each measure) share a
 * sampling rate, one in a power of two, by the hash of their unit; the rarest thing that a row is decides. Bad rows of a
 * rare failure and a small candidate are kept whole.
 */
export function sampleRows(
  table: MemoryTable,
  measures: readonly MemoryMeasure[],
  unit: Uint32Array,
  places: Uint16Array,
  seed: number,
): DiscoverySample {
  const shares = measures.filter(({ kind }) => kind === 'share')
  const classCount = 2 * 3 ** shares.length
  const classes = classify(table, shares)
  const sizes = new Float64Array(classCount)
  for (let row = 0; row < table.rows; row++) if (places[row]! < 256) sizes[classes[row]!]! += 1

  let wanted = wantedRows
  let moduli = moduliOf(sizes, shares.length, wanted)
  while (expectedRows(sizes, moduli) > mostRows)
    moduli = moduliOf(sizes, shares.length, (wanted /= 2))

  const rows = chosenRows(unit, places, classes, moduli, seed)
  const weights = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    weights[i] = moduli[classes[rows[i]!]!]! * (table.weights?.[rows[i]!] ?? 1)
  }
  const candidate = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) candidate[i] = table.candidate[rows[i]!]!
  const most = moduli.reduce(
    (max, modulus, kind) => (sizes[kind]! > 0 ? Math.max(max, modulus) : max),
    1,
  )
  return {
    table: {
      rows: rows.length,
      candidate,
      attributes: table.attributes.map((column) => takeColumn(column, rows)),
      ...(weights.every((weight) => weight === 1) ? {} : { weights }),
    },
    measures: measures.map(({ name, kind, bad }) => ({
      name,
      kind,
      bad: kind === 'volume' ? new Uint8Array(rows.length).fill(1) : pick(bad, rows),
    })),
    notes:
      most === 1
        ? []
        : [
            `Searched ${rows.length} rows of the discovery half: the rare ones whole, of the most frequent kinds one in ${most}.`,
          ],
  }
}

function pick(bytes: Uint8Array, rows: Uint32Array): Uint8Array {
  const taken = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = bytes[rows[i]!]!
  return taken
}

/** Per row: side, and per measure 0 = good, 1 = bad, 2 = does not count, as digits to the base 3. */
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

/** One in how many, per class: the finest that any of its measures asks for. */
function moduliOf(sizes: Float64Array, shares: number, wanted: number): Float64Array {
  const moduli = new Float64Array(sizes.length)
  const digit = (kind: number, share: number): number => Math.floor((kind >> 1) / 3 ** share) % 3
  for (const side of [0, 1]) {
    let whole = 0
    for (let kind = side; kind < sizes.length; kind += 2) whole += sizes[kind]!
    for (let kind = side; kind < sizes.length; kind += 2) moduli[kind] = modulus(whole, 2 * wanted)
    for (let share = 0; share < shares; share++) {
      for (const flag of [0, 1]) {
        let size = 0
        for (let kind = side; kind < sizes.length; kind += 2) {
          if (digit(kind, share) === flag) size += sizes[kind]!
        }
        const finest = modulus(size, wanted)
        for (let kind = side; kind < sizes.length; kind += 2) {
          if (digit(kind, share) === flag) moduli[kind] = Math.min(moduli[kind]!, finest)
        }
      }
    }
  }
  return moduli
}

/** The smallest power of two that leaves at most `wanted` of `size` rows. */
function modulus(size: number, wanted: number): number {
  let modulus = 1
  while (size / modulus > wanted) modulus *= 2
  return modulus
}

function expectedRows(sizes: Float64Array, moduli: Float64Array): number {
  let rows = 0
  for (let kind = 0; kind < sizes.length; kind++) rows += sizes[kind]! / moduli[kind]!
  return rows
}

function chosenRows(
  unit: Uint32Array,
  places: Uint16Array,
  classes: Uint16Array,
  moduli: Float64Array,
  seed: number,
): Uint32Array {
  const rows = new Uint32Array(unit.length)
  let size = 0
  for (let row = 0; row < unit.length; row++) {
    if (places[row]! >= 256) continue
    const every = moduli[classes[row]!]!
    if (every > 1 && (unitHash(unit[row]!, seed) >>> 16) % every !== 0) continue
    rows[size++] = row
  }
  return rows.slice(0, size)
}
