import type { AttributeColumn } from './cohort-table.ts'
import { sortedNumbers } from './sorted-numbers.ts'

/**
 * The same string for columns whose values correspond one to one, row by row: categories whatever they are called,
 * numbers only where their order is the same too (a range of one is then a range of the other). 64 hash bits and the
 * number of values stand for the rows.
 */
export function sameRowsKey(column: AttributeColumn): string {
  return column.kind === 'category'
    ? `category ${hash(labelsInOrder(column.codes, column.values.length))}`
    : `number ${hash(ranks(column.values))}`
}

/** Absent is 0; the other values are numbered by first appearance. */
function labelsInOrder(codes: Uint16Array | Uint32Array, size: number): Uint32Array {
  const labels = new Uint32Array(size)
  let next = 1
  const labelled = new Uint32Array(codes.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!
    if (code === 0) continue
    if (labels[code] === 0) labels[code] = next++
    labelled[row] = labels[code]!
  }
  return labelled
}

/** Absent is 0; the smallest number is 1. */
function ranks(values: Float64Array): Uint32Array {
  const sorted = sortedNumbers(values)
  let distinct = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[distinct++] = sorted[i]!
  }
  const ranked = new Uint32Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    let low = 0
    let high = distinct - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    ranked[row] = low + 1
  }
  return ranked
}

function hash(labels: Uint32Array): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  let most = 0
  for (const label of labels) {
    a = Math.imul(a ^ label, 0x01000193) ^ (a >>> 15)
    b = (Math.imul(b, 0x85ebca6b) + label) ^ (b >>> 13)
    if (label > most) most = label
  }
  return `${a >>> 0} ${b >>> 0} ${most}`
}
