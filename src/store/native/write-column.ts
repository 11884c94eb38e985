import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { Column } from '../../otlp/columns.ts'
import type { Interner } from '../../otlp/interner.ts'
import type { ByteWriter } from './byte-writer.ts'
import { writeHex } from './hex-column.ts'
import type { Dictionary } from './low-cardinality.ts'
import { writeDictionaryVersion, writeLowCardinality } from './low-cardinality.ts'

/** Writes the data of a column as the Native format has it, after name and type. */
export function writeColumn(writer: ByteWriter, column: Column, batch: ColumnBatch): void {
  const innermost = column.kind === 'list' ? column.values : column
  if (innermost.kind === 'word') writeDictionaryVersion(writer)
  writeData(writer, column, batch)
}

function writeData(writer: ByteWriter, column: Column, batch: ColumnBatch): void {
  const { length } = column
  const { arena } = batch
  switch (column.kind) {
    case 'pair':
      writer.numbers(column.data, length * 2)
      break
    case 'number':
      writer.numbers(column.data, length)
      break
    case 'word':
      writeLowCardinality(writer, column.data, length, dictionaryOf(batch, batch.words))
      break
    case 'text':
      for (let i = 0; i < length * 2; i += 2) {
        writer.textRange(arena.view, column.data[i]!, column.data[i + 1]!)
      }
      break
    case 'hex':
      writeHex(writer, column, arena.bytes)
      break
    case 'optional':
      writeData(writer, column.missing, batch)
      writeData(writer, column.values, batch)
      break
    case 'list':
      writeOffsets(writer, column.ends.data, length)
      writeData(writer, column.values, batch)
      break
  }
}

/** Where the values of each row end, as UInt64. */
export function writeOffsets(writer: ByteWriter, ends: Uint32Array, count: number): void {
  const at = writer.reserve(count * 8)
  const { view } = writer
  for (let i = 0; i < count; i++) {
    view.setUint32(at + i * 8, ends[i]!, true)
    view.setUint32(at + i * 8 + 4, 0, true)
  }
  writer.length = at + count * 8
}

export const dictionaryOf = (batch: ColumnBatch, strings: Interner): Dictionary => ({
  view: batch.arena.view,
  offsets: strings.offsets,
  lengths: strings.lengths,
  size: strings.size,
})
