import { boolType, jsonType, stringType } from '../../otlp/attribute-type.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { releaseColumn, WordColumn } from '../../otlp/columns.ts'
import { ByteWriter } from './byte-writer.ts'
import { writeDictionaryVersion, writeLowCardinality } from './low-cardinality.ts'
import { dictionaryOf, writeOffsets } from './write-column.ts'

/**
 * The attributes of one type whose keys have no column of their own: for each row where its entries end, the keys of all
 * entries, and their values as they are written. Used again for other blocks.
 */
export class MapColumn {
  readonly ends = new WordColumn()
  readonly keys = new WordColumn()
  readonly values = new ByteWriter(4096)
  readonly #type: number

  constructor(type: number) {
    this.#type = type
  }

  clear(): void {
    this.ends.truncate(0)
    this.keys.truncate(0)
    this.values.clear()
  }

  release(): void {
    this.clear()
    releaseColumn(this.ends)
    releaseColumn(this.keys)
  }

  add(view: DataView, key: number, low: number, high: number): void {
    this.keys.push(key)
    const type = this.#type
    if (type === stringType || type === jsonType) this.values.textRange(view, low, high)
    else if (type === boolType) this.values.varint(low)
    else this.values.pair(low, high)
  }

  write(writer: ByteWriter, batch: ColumnBatch): void {
    writeDictionaryVersion(writer)
    writeOffsets(writer, this.ends.data, batch.rows)
    writeLowCardinality(writer, this.keys.data, this.keys.length, dictionaryOf(batch, batch.keys))
    writer.raw(this.values.finished())
  }
}
