import { attributeTypes, boolType, stringType } from '../../otlp/attribute-type.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { Column } from '../../otlp/columns.ts'
import { WordColumn } from '../../otlp/columns.ts'
import { attributeMapColumn, promotedType } from '../tables/attribute-columns.ts'
import { eventTables } from '../tables/event-tables.ts'
import type { TableLayout } from '../tables/table-layout.ts'
import type { MapValues, PromotedValues } from './attribute-columns-builder.ts'
import { AttributeColumnsBuilder } from './attribute-columns-builder.ts'
import { ByteWriter } from './byte-writer.ts'
import { writeDictionaryVersion, writeLowCardinality } from './low-cardinality.ts'
import { writeNullableLowCardinality } from './low-cardinality.ts'
import { dictionaryOf, writeColumn, writeOffsets } from './write-column.ts'

/** One block of the ClickHouse Native format: the body of `INSERT INTO table (columns) FORMAT Native`. */
export interface NativeBlock {
  columns: string[]
  bytes: Uint8Array
}

/**
 * Encodes all rows of a batch for a table with this layout. The format: numbers of columns and rows as varints, then for
 * each column its name, its type and its data (ClickHouse src/Formats/NativeWriter.cpp, revision 0).
 */
export function encodeNative(batch: ColumnBatch, layout: TableLayout): NativeBlock {
  const columns: string[] = []
  const body = new ByteWriter(batch.byteSize + 4096)
  const begin = (name: string, type: string): boolean => {
    columns.push(name)
    body.text(name)
    body.text(type)
    return batch.rows > 0
  }

  for (const { name, type } of eventTables[batch.signal].columns) {
    const column = batch.column(camelCase(name)) ?? originColumn(batch, camelCase(name))
    if (begin(name, type)) writeColumn(body, column, batch)
  }
  const attributes = new AttributeColumnsBuilder(batch, layout)
  attributes.maps.forEach((map, type) => {
    const column = attributeMapColumn(attributeTypes[type]!)
    if (begin(column.name, column.type)) writeMap(body, map, batch)
  })
  for (const values of attributes.promoted) {
    if (begin(values.name, promotedType(attributeTypes[values.type]!))) {
      writePromoted(body, values, batch)
    }
  }

  const header = new ByteWriter(16)
  header.varint(columns.length)
  header.varint(batch.rows)
  return { columns, bytes: Buffer.concat([header.finished(), body.finished()]) }
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A column that every row takes from its context. */
function originColumn(batch: ColumnBatch, name: string): Column {
  const { contexts, rowContext, rows } = batch
  const words = contexts.origin[name as keyof typeof contexts.origin].data
  const column = new WordColumn()
  column.data = new Uint32Array(rows)
  column.length = rows
  for (let row = 0; row < rows; row++) column.data[row] = words[rowContext.data[row]!]!
  return column
}

function writeMap(writer: ByteWriter, map: MapValues, batch: ColumnBatch): void {
  writeDictionaryVersion(writer)
  writeOffsets(writer, map.ends.data, batch.rows)
  writeLowCardinality(writer, map.keys.data, map.keys.length, dictionaryOf(batch, batch.keys))
  writer.raw(map.values.finished())
}

function writePromoted(writer: ByteWriter, values: PromotedValues, batch: ColumnBatch): void {
  const { rows } = batch
  if (values.type === stringType) {
    writeDictionaryVersion(writer)
    writeNullableLowCardinality(writer, values.ids, rows, dictionaryOf(batch, values.strings))
    return
  }
  writer.numbers(values.missing, rows)
  if (values.type !== boolType) {
    writer.numbers(values.pairs, rows * 2)
    return
  }
  const bytes = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) bytes[row] = values.pairs[row * 2]!
  writer.raw(bytes)
}
