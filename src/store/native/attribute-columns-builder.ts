import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { boolType, jsonType, stringType } from '../../otlp/attribute-type.ts'
import { attributeTypes } from '../../otlp/attribute-type.ts'
import type { AttributeSet } from '../../otlp/attribute-set.ts'
import { WordColumn } from '../../otlp/columns.ts'
import { Interner } from '../../otlp/interner.ts'
import type { TableLayout } from '../tables/table-layout.ts'
import { ByteWriter } from './byte-writer.ts'

/** A promoted attribute: a value or NULL for every row. */
export interface PromotedValues {
  readonly name: string
  readonly type: number
  /** Strings: number + 1, or 0 for NULL; others: 1 for NULL. */
  readonly ids: Uint32Array
  readonly missing: Uint8Array
  readonly pairs: Uint32Array
  readonly strings: Interner
}

/** The map of one type: for each row the ends of its entries, the keys of all entries, and their values as written. */
export class MapValues {
  readonly ends = new WordColumn()
  readonly keys = new WordColumn()
  readonly values = new ByteWriter(4096)
}

/** Distributes the attributes of all rows over the columns of a layout. */
export class AttributeColumnsBuilder {
  readonly promoted: PromotedValues[] = []
  readonly maps = attributeTypes.map(() => new MapValues())
  readonly #batch: ColumnBatch
  /** By slot (key * 8 + type): position in `promoted` + 1, or 0 for the map. */
  readonly #targets: Uint16Array

  constructor(batch: ColumnBatch, layout: TableLayout) {
    this.#batch = batch
    this.#targets = this.#plan(layout)
    const { rows, attributes, attributeEnds, contexts, rowContext, inherits } = batch
    let start = 0
    for (let row = 0; row < rows; row++) {
      const end = attributeEnds.data[row]!
      this.#add(row, attributes, start, end)
      start = end
      if (inherits.data[row] === 1) {
        const context = rowContext.data[row]!
        const from = context === 0 ? 0 : contexts.ends.data[context - 1]!
        this.#add(row, contexts.attributes, from, contexts.ends.data[context]!)
      }
      for (const map of this.maps) map.ends.push(map.keys.length)
    }
  }

  #plan(layout: TableLayout): Uint16Array {
    const { keys, rows, arena } = this.#batch
    const targets = new Uint16Array(keys.size * 8)
    const positions = new Map<string, number>()
    for (const [attribute, name] of layout.promoted) {
      const type = attributeTypes.findIndex((known) => attribute.startsWith(`${known}:`))
      const isString = type === stringType
      this.promoted.push({
        name,
        type,
        ids: new Uint32Array(isString ? rows : 0),
        missing: new Uint8Array(isString ? 0 : rows).fill(1),
        pairs: new Uint32Array(isString ? 0 : rows * 2),
        strings: new Interner(arena),
      })
      positions.set(attribute, this.promoted.length)
    }
    for (let key = 0; key < keys.size; key++) {
      const text = keys.text(key)
      attributeTypes.forEach((type, number) => {
        targets[key * 8 + number] = positions.get(`${type}:${text}`) ?? 0
      })
    }
    return targets
  }

  #add(row: number, from: AttributeSet, start: number, end: number): void {
    const { slots, low: lows, high: highs } = from
    const targets = this.#targets
    for (let at = start; at < end; at++) {
      const slot = slots[at]!
      const low = lows[at]!
      const high = highs[at]!
      const target = targets[slot]!
      if (target === 0) {
        this.#addToMap(slot, low, high)
        continue
      }
      const column = this.promoted[target - 1]!
      if (column.type === stringType) column.ids[row] = column.strings.intern(low, high) + 1
      else {
        column.missing[row] = 0
        column.pairs[row * 2] = low
        column.pairs[row * 2 + 1] = high
      }
    }
  }

  #addToMap(slot: number, low: number, high: number): void {
    const type = slot & 7
    const map = this.maps[type]!
    map.keys.push(slot >>> 3)
    if (type === stringType || type === jsonType) {
      map.values.textRange(this.#batch.arena.view, low, high)
    } else if (type === boolType) map.values.varint(low)
    else map.values.pair(low, high)
  }
}
