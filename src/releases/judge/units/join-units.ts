import type { AttributeKey } from '../../../store/attribute-keys.ts'
import {
  columnId,
  copyUnit,
  emptyRows,
  type UnitRows,
  type UnitValues,
  valuesOf,
} from './unit-rows.ts'

/** Spans of a unit that are kept by id. */
export const maxSpans = 16

/**
 * Puts parts of time together, earliest first: rows in order, those of one unit merged into its first. What a unit is made
 * of are least and greatest values, so the parts give exactly what one reading of the whole time would have given.
 */
export function joinUnits(
  parts: readonly UnitRows[],
  keys: readonly AttributeKey[],
  values: UnitValues,
): UnitRows {
  const targets = rowsOfUnits(parts)
  const joined = emptyRows(targets.rows, keys)
  parts.forEach((part, p) => copyFixed(part, targets.of[p]!, joined))
  for (const key of keys) {
    const id = columnId(key)
    const target = joined.attributes.get(id)!
    const ids = valuesOf(values, id)
    parts.forEach((part, p) => {
      const source = part.attributes.get(id)
      if (source === undefined) return
      copyColumn(source, targets.of[p]!, target, (a, b) => ids.least(a, b))
    })
  }
  return joined
}

interface Targets {
  rows: number
  /** Of each part, by row: the row of the unit; `-1 - row` where an earlier row of it exists. */
  of: Int32Array[]
}

/** Finds the rows that are one unit, in a table with open addressing. */
function rowsOfUnits(parts: readonly UnitRows[]): Targets {
  const of = parts.map(({ rows }) => new Int32Array(rows))
  const total = parts.reduce((sum, { rows }) => sum + rows, 0)
  let bits = 6
  while (2 ** bits < 2 * total) bits++
  const size = 2 ** bits
  // of each slot: part and row of the unit's first row, and its row in the answer
  const slotPart = new Int32Array(size).fill(-1)
  const slotRow = new Int32Array(size)
  const slotTarget = new Int32Array(size)
  let rows = 0
  parts.forEach(({ trace, operation, version, traceIds, rows: partRows }, p) => {
    const target = of[p]!
    for (let row = 0; row < partRows; row++) {
      // Fibonacci hashing: of a sampled trace the low bits of the hash are all alike
      const hash =
        Math.trunc(trace[row]!) ^ Math.imul(operation[row]! * 2 + version[row]!, 0x85ebca6b)
      let slot = Math.imul(hash, 0x9e3779b1) >>> (32 - bits)
      for (;;) {
        const other = parts[slotPart[slot]!]
        if (other === undefined) {
          slotPart[slot] = p
          slotRow[slot] = row
          slotTarget[slot] = rows
          target[row] = rows++
          break
        }
        const first = slotRow[slot]!
        if (
          other.trace[first] === trace[row] &&
          other.operation[first] === operation[row] &&
          other.version[first] === version[row] &&
          other.traceIds[first] === traceIds[row]
        ) {
          target[row] = -1 - slotTarget[slot]!
          break
        }
        slot = slot + 1 === size ? 0 : slot + 1
      }
    }
  })
  return { rows, of }
}

function copyFixed(part: UnitRows, targets: Int32Array, joined: UnitRows): void {
  for (let row = 0; row < part.rows; row++) {
    const target = targets[row]!
    if (target >= 0) {
      copyUnit(part, row, joined, target)
      joined.operation[target] = part.operation[row]!
      continue
    }
    const first = -1 - target
    joined.duration[first] = Math.max(joined.duration[first]!, part.duration[row]!)
    joined.failed[first] = Math.max(joined.failed[first]!, part.failed[row]!)
    joined.spans[first] = leastSpans(joined.spans[first]!, part.spans[row]!)
  }
}

/** The least span ids of both, joined with commas. */
export function leastSpans(a: string, b: string): string {
  const spans = [...a.split(','), ...b.split(',')]
  // ids are hexadecimal: their order is that of their bytes
  return spans
    .toSorted((x, y) => (x < y ? -1 : x > y ? 1 : 0))
    .slice(0, maxSpans)
    .join(',')
}

function copyColumn(
  source: Uint32Array | Float64Array,
  targets: Int32Array,
  joined: Uint32Array | Float64Array,
  leastId: (a: number, b: number) => number,
): void {
  const isNumber = joined instanceof Float64Array
  for (let row = 0; row < targets.length; row++) {
    const target = targets[row]!
    if (target >= 0) joined[target] = source[row]!
    else if (isNumber) {
      const value = source[row]!
      if (!(joined[-1 - target]! <= value) && !Number.isNaN(value)) joined[-1 - target] = value
    } else joined[-1 - target] = leastId(joined[-1 - target]!, source[row]!)
  }
}
