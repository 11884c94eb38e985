import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { Column } from '../../otlp/columns.ts'
import { absent, isBlank } from '../../otlp/columns.ts'

/** Whether every row of a column has what the engine fills in where a block does not have the column: 0, '', NULL or []. */
export function isBlankColumn(column: Column, batch: ColumnBatch): boolean {
  const { length } = column
  switch (column.kind) {
    case 'number':
      // by its bits: -0 is not 0
      if (column.data instanceof Float64Array) return isOnly(wordsOf(column.data), length * 2, 0)
      return isBlank(column)
    case 'text':
      return isBlank(column)
    case 'pair':
      return isOnly(column.data, length * 2, 0)
    case 'list':
      return column.values.length === 0
    case 'optional':
      return isOnly(column.missing.data, length, 1)
    case 'word':
      return isEmptyWords(column.data, length, batch.words.lengths)
    case 'hex':
    default:
      return isOnly(column.data, length, absent)
  }
}

function isEmptyWords(ids: Uint32Array, count: number, lengths: Uint32Array): boolean {
  for (let row = 0; row < count; row++) if (lengths[ids[row]!] !== 0) return false
  return true
}

const wordsOf = (data: Float64Array): Uint32Array =>
  new Uint32Array(data.buffer, data.byteOffset, data.length * 2)

function isOnly(data: Uint8Array | Uint32Array, count: number, value: number): boolean {
  for (let at = 0; at < count; at++) if (data[at] !== value) return false
  return true
}
