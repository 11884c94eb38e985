import { attributeTypes } from '../attribute-type.ts'
import type { AttributeSet } from '../attribute-set.ts'
import type { ColumnBatch } from '../column-batch.ts'
import type { Column } from '../columns.ts'
import { absent } from '../columns.ts'
import { doubleOf } from '../number-text.ts'
import { createColumns } from '../signal-columns.ts'

/** A row in plain form: 64-bit numbers as bigints of their bits, identifiers as hexadecimal, attributes as `type:key`. */
export interface Row {
  [column: string]: unknown
  attributes: Record<string, string | number | bigint | boolean>
}

export function batchRows(batch: ColumnBatch): Row[] {
  const names = Object.keys(createColumns[batch.signal]())
  return Array.from({ length: batch.rows }, (_, row) => {
    const result: Row = { attributes: {} }
    for (const name of names) result[name] = cell(batch, batch.column(name)!, row)
    const { attributes, attributeEnds, contexts, inherits } = batch
    const context = batch.rowContext.data[row]!
    for (const [name, column] of Object.entries(contexts.origin)) {
      result[name] = batch.words.text(column.data[context]!)
    }
    for (const [name, column] of Object.entries(contexts.dropped)) {
      result[name] = column.data[context]
    }
    const add = (from: AttributeSet, start: number, end: number): void => {
      for (let at = start; at < end; at++) {
        const type = attributeTypes[from.slots[at]! & 7]!
        const key = `${type}:${batch.keys.text(from.slots[at]! >>> 3)}`
        if (key in result.attributes) throw new Error(`${key} occurs twice in row ${row}`)
        result.attributes[key] = value(batch, type, from.low[at]!, from.high[at]!)
      }
    }
    add(attributes, attributeEnds.data[row - 1] ?? 0, attributeEnds.data[row]!)
    if (inherits.data[row] === 1) {
      add(contexts.attributes, contexts.ends.data[context - 1] ?? 0, contexts.ends.data[context]!)
    }
    return result
  })
}

function value(batch: ColumnBatch, type: string, low: number, high: number) {
  if (type === 'int') return BigInt.asIntN(64, bits(low, high))
  if (type === 'double') return doubleOf(low, high)
  return type === 'bool' ? low === 1 : batch.arena.text(low, high)
}

const bits = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low)

function cell(batch: ColumnBatch, column: Column, row: number): unknown {
  if (row >= column.length) throw new Error(`a ${column.kind} column has no row ${row}`)
  if (column.kind === 'list') {
    const start = column.ends.data[row - 1] ?? 0
    const length = column.ends.data[row]! - start
    return Array.from({ length }, (_, i) => cell(batch, column.values, start + i))
  }
  if (column.kind === 'optional') {
    return column.missing.data[row] === 1 ? null : cell(batch, column.values, row)
  }
  const { data } = column
  if (column.kind === 'hex') {
    const offset = data[row]!
    const id = batch.arena.bytes.subarray(offset, offset + column.width)
    return offset === absent ? '' : Buffer.from(id).toString('hex')
  }
  if (column.kind === 'pair') return bits(data[row * 2]!, data[row * 2 + 1]!)
  if (column.kind === 'text') return batch.arena.text(data[row * 2]!, data[row * 2 + 1]!)
  return column.kind === 'word' ? batch.words.text(data[row]!) : data[row]
}
