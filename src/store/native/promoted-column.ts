import type { Arena } from '../../otlp/arena.ts'
import { boolType, stringType } from '../../otlp/attribute-type.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { Interner } from '../../otlp/interner.ts'
import type { ByteWriter } from './byte-writer.ts'
import {
  writeAllNull,
  writeDictionaryVersion,
  writeNullableLowCardinality,
} from './low-cardinality.ts'
import { dictionaryOf } from './write-column.ts'

/** An attribute with a column of its own: a value or NULL for every row. Used again for other blocks. */
export class PromotedColumn {
  type = stringType
  /** Strings without a dictionary: offset and length in the arena, kept as the numbers are. */
  isPlain = false
  /** With a dictionary: number + 1, or 0 for NULL. */
  ids = new Uint32Array(0)
  readonly strings: Interner
  /** Otherwise: 1 for NULL; and the value as two halves. */
  missing = new Uint8Array(0)
  pairs = new Uint32Array(0)
  /** The range whose number was looked up last: equal attributes of a request have the same one. */
  #low = 0
  #high = 0
  #id = 0

  constructor(arena: Arena) {
    this.strings = new Interner(arena)
  }

  get hasDictionary(): boolean {
    return this.type === stringType && !this.isPlain
  }

  /** Empties the column for a block of so many rows. */
  begin(type: number, isPlain: boolean, rows: number, arena: Arena): void {
    this.type = type
    this.isPlain = isPlain
    this.#id = 0
    if (this.hasDictionary) {
      this.strings.reset(arena)
      if (this.ids.length < rows) this.ids = new Uint32Array(rows)
      else this.ids.fill(0, 0, rows)
      return
    }
    if (this.missing.length < rows) {
      this.missing = new Uint8Array(rows)
      this.pairs = new Uint32Array(rows * 2)
    } else this.pairs.fill(0, 0, rows * 2)
    this.missing.fill(1, 0, rows)
  }

  /** Gives a value to the rows from `start` to `end`; see `AttributeSet` for its form. */
  set(start: number, end: number, low: number, high: number): void {
    if (this.hasDictionary) {
      if (low !== this.#low || high !== this.#high || this.#id === 0) {
        this.#low = low
        this.#high = high
        this.#id = this.strings.intern(low, high) + 1
      }
      for (let row = start; row < end; row++) this.ids[row] = this.#id
      return
    }
    for (let row = start; row < end; row++) {
      this.missing[row] = 0
      this.pairs[row * 2] = low
      this.pairs[row * 2 + 1] = high
    }
  }

  write(writer: ByteWriter, batch: ColumnBatch): void {
    const { rows, arena } = batch
    if (this.hasDictionary) {
      writeDictionaryVersion(writer)
      writeNullableLowCardinality(writer, this.ids, rows, dictionaryOf(batch, this.strings))
      return
    }
    writer.numbers(this.missing, rows)
    if (this.type === stringType) {
      // every row has a string, that of NULL is empty
      for (let row = 0; row < rows; row++) {
        writer.textRange(arena.view, this.pairs[row * 2]!, this.pairs[row * 2 + 1]!)
      }
    } else if (this.type === boolType) {
      const at = writer.reserve(rows)
      for (let row = 0; row < rows; row++) writer.bytes[at + row] = this.pairs[row * 2]!
      writer.length = at + rows
    } else writer.numbers(this.pairs, rows * 2)
  }
}

/** Writes a promoted column of which no row has a value. */
export function writeNulls(writer: ByteWriter, type: number, isPlain: boolean, rows: number): void {
  if (type === stringType && !isPlain) {
    writeDictionaryVersion(writer)
    writeAllNull(writer, rows)
    return
  }
  const at = writer.reserve(rows)
  writer.bytes.fill(1, at, at + rows)
  writer.length = at + rows
  // of a String the length 0, of a Bool one byte, of a number eight
  writer.zeros(type === stringType || type === boolType ? rows : rows * 8)
}
