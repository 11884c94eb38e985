import { attributeTypes, stringType } from '../../otlp/attribute-type.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { isPromotedType } from '../tables/attribute-columns.ts'
import type { TableLayout } from '../tables/table-layout.ts'
import type { KeyCount } from './choose-promotions.ts'
import { DistinctCounter } from './distinct-counter.ts'
import { FrequentItems } from './frequent-items.ts'
import { isPromotableKey } from './promotable-key.ts'

/** Keys that are counted exactly; of more, the frequent ones are found still. */
const maxKeys = 4096
const maxValueCounters = 1024
/** Rows of a batch whose values are looked at. */
const sampledRows = 256
/** Only keys that so many rows carry are worth a look at their values. */
const leastShare = 0.005
const hashedBytes = 512

interface Values {
  looked: number
  readonly distinct: DistinctCounter
}

/**
 * Counts over a round how many rows carry each attribute that has no column of its own, and about how many distinct values
 * a string attribute has. Memory is bounded whatever keys arrive.
 */
export class KeyCounter {
  rows = 0
  readonly #items = new FrequentItems(maxKeys)
  readonly #values = new Map<string, Values>()

  /** Adds the rows of a batch that is about to be written with this layout. */
  count(batch: ColumnBatch, layout: TableLayout): void {
    this.rows += batch.rows
    const ids = this.#countKeys(batch, layout)
    this.#countValues(batch, ids)
  }

  /** Keys seen in this round. */
  get size(): number {
    return this.#items.size
  }

  /** What was counted, the most frequent key first. */
  counts(): KeyCount[] {
    return this.#items.ranked().map(([id, rows]) => {
      const values = this.#values.get(id)
      return {
        id,
        rows,
        values: values?.looked ?? 0,
        distinct: Math.round(values?.distinct.estimate() ?? 0),
      }
    })
  }

  clear(): void {
    this.rows = 0
    this.#items.clear()
    this.#values.clear()
  }

  /** @returns `<type>:<key>` of the strings by slot, where their values are worth a look */
  #countKeys(batch: ColumnBatch, layout: TableLayout): (string | undefined)[] {
    const { attributes, contexts, keys } = batch
    const rowsOf = new Uint32Array(keys.size * 8)
    for (let at = 0; at < attributes.length; at++) rowsOf[attributes.slots[at]!]!++
    const rowsOfContext = new Uint32Array(contexts.length)
    for (let row = 0; row < batch.rows; row++) {
      if (batch.inherits.data[row] === 1) rowsOfContext[batch.rowContext.data[row]!]!++
    }
    for (let context = 0, at = 0; context < contexts.length; context++) {
      for (; at < contexts.ends.data[context]!; at++) {
        rowsOf[contexts.attributes.slots[at]!]! += rowsOfContext[context]!
      }
    }
    const looked: (string | undefined)[] = []
    for (let slot = 0; slot < rowsOf.length; slot++) {
      const rows = rowsOf[slot]!
      const type = attributeTypes[slot & 7]
      if (rows === 0 || type === undefined || !isPromotedType(type)) continue
      // a text of so many bytes is too long before it is read
      if (keys.lengths[slot >>> 3]! > 128) continue
      const key = keys.text(slot >>> 3)
      const id = `${type}:${key}`
      if (layout.promoted.has(id) || !isPromotableKey(key)) continue
      this.#items.add(id, rows)
      if ((slot & 7) === stringType && this.#items.count(id) >= this.rows * leastShare) {
        looked[slot] = id
      }
    }
    return looked
  }

  #countValues(batch: ColumnBatch, ids: readonly (string | undefined)[]): void {
    if (ids.length === 0) return
    const { attributes, attributeEnds, contexts, rows } = batch
    const step = Math.ceil(rows / sampledRows)
    for (let row = 0; row < rows; row += step) {
      const end = attributeEnds.data[row]!
      for (let at = row === 0 ? 0 : attributeEnds.data[row - 1]!; at < end; at++) {
        const id = ids[attributes.slots[at]!]
        if (id !== undefined) this.#look(id, batch, attributes.low[at]!, attributes.high[at]!)
      }
    }
    for (let at = 0; at < Math.min(contexts.attributes.length, sampledRows * 16); at++) {
      const id = ids[contexts.attributes.slots[at]!]
      if (id === undefined) continue
      this.#look(id, batch, contexts.attributes.low[at]!, contexts.attributes.high[at]!)
    }
  }

  #look(id: string, batch: ColumnBatch, offset: number, length: number): void {
    let values = this.#values.get(id)
    if (values === undefined) {
      if (this.#values.size >= maxValueCounters) return
      values = { looked: 0, distinct: new DistinctCounter() }
      this.#values.set(id, values)
    }
    values.looked++
    values.distinct.add(hashText(batch.arena.bytes, offset, Math.min(length, hashedBytes), length))
  }
}

/** 32 well-mixed bits: FNV-1a with the finalizer of MurmurHash3. */
function hashText(bytes: Uint8Array, offset: number, count: number, length: number): number {
  let hash = 0x811c9dc5 ^ length
  for (let at = offset; at < offset + count; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
