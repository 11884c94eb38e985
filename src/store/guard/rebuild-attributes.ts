import type { AttributeSet } from '../../otlp/attribute-set.ts'
import { boolType, doubleType, intType, jsonType, stringType } from '../../otlp/attribute-type.ts'
import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import { integerText } from '../../otlp/integer-text.ts'
import { doubleOf, numberText } from '../../otlp/number-text.ts'

/** An attribute that the guard adds. */
export interface AddedAttribute {
  readonly key: string
  readonly type: number
  readonly low: number
  readonly high: number
}

export interface AttributeChanges {
  /** Most attributes of a row, and of a context. */
  readonly most: number
  /** Most bytes of the JSON text of the attributes that overflow. */
  readonly mostOverflow: number
  /** The number of a key from now on; -1 where its attributes go to `aftergreen.overflow`. */
  readonly keyOf: (key: number) => number
  /** Its text there. */
  readonly overflowName: (key: number) => string
  readonly ofContext: ReadonlyMap<number, readonly AddedAttribute[]>
  readonly ofRow: ReadonlyMap<number, readonly AddedAttribute[]>
  /** Told how many attributes of a context were dropped. */
  readonly dropped: (context: number, count: number) => void
}

/**
 * Writes the attributes of all rows since the mark again, with changed keys, added attributes, and no more than is
 * allowed. What a row has in common with its context is kept apart where possible, as before.
 */
export function rebuildAttributes(
  batch: ColumnBatch,
  mark: BatchMark,
  changes: AttributeChanges,
): void {
  const { contexts, attributes, attributeEnds, rowContext, inherits } = batch
  rebuildContexts(batch, mark, changes)

  const first = mark.rows === 0 ? 0 : attributeEnds.data[mark.rows - 1]!
  const before = copyFrom(attributes, first)
  attributes.truncate(first)
  const group = new GroupWriter(batch, attributes, '', changes)
  const ofContext = new KeysOfContext(batch)
  let start = 0
  for (let row = mark.rows; row < batch.rows; row++) {
    const end = attributeEnds.data[row]! - first
    const context = rowContext.data[row]!
    group.begin()
    for (let at = start; at < end; at++) group.add(before, at)
    group.finish(context, changes.ofRow.get(row))
    start = end
    const begin = row === 0 ? 0 : attributeEnds.data[row - 1]!
    if (inherits.data[row] === 1 && ofContext.overlaps(context, attributes, begin)) {
      for (const at of ofContext.range(context)) addMissing(attributes, contexts.attributes, at)
      inherits.data[row] = 0
    } else if (inherits.data[row] === 0) {
      for (const added of changes.ofContext.get(context) ?? []) group.addOwn(added)
    }
    attributeEnds.data[row] = attributes.length
  }
}

function rebuildContexts(batch: ColumnBatch, mark: BatchMark, changes: AttributeChanges): void {
  const { contexts } = batch
  const first = mark.contexts === 0 ? 0 : contexts.ends.data[mark.contexts - 1]!
  const before = copyFrom(contexts.attributes, first)
  contexts.attributes.truncate(first)
  const group = new GroupWriter(batch, contexts.attributes, 'resource.', changes)
  let start = 0
  for (let context = mark.contexts; context < contexts.length; context++) {
    const scopeEnd = contexts.scopeEnds.data[context]! - first
    const end = contexts.ends.data[context]! - first
    group.begin()
    for (let at = start; at < scopeEnd; at++) group.add(before, at)
    contexts.scopeEnds.data[context] = contexts.attributes.length
    for (let at = scopeEnd; at < end; at++) group.add(before, at)
    group.finish(context, changes.ofContext.get(context))
    contexts.ends.data[context] = contexts.attributes.length
    start = end
  }
}

interface Values {
  readonly slots: Uint32Array
  readonly low: Uint32Array
  readonly high: Uint32Array
}

const copyFrom = (from: AttributeSet, start: number): Values => ({
  slots: from.slots.slice(start, from.length),
  low: from.low.slice(start, from.length),
  high: from.high.slice(start, from.length),
})

function addMissing(to: AttributeSet, from: AttributeSet, at: number): void {
  const slot = from.slots[at]!
  if (to.find(slot >>> 3) < 0) to.add(slot >>> 3, slot & 7, from.low[at]!, from.high[at]!)
}

/** Writes the attributes of one row or context. */
class GroupWriter {
  readonly #batch: ColumnBatch
  readonly #to: AttributeSet
  readonly #prefix: string
  readonly #changes: AttributeChanges
  #overflow: string[] = []
  #overflowSize = 0
  #count = 0
  #dropped = 0

  constructor(batch: ColumnBatch, to: AttributeSet, prefix: string, changes: AttributeChanges) {
    this.#batch = batch
    this.#to = to
    this.#prefix = prefix
    this.#changes = changes
  }

  begin(): void {
    this.#to.begin()
    this.#overflow = []
    this.#overflowSize = this.#count = this.#dropped = 0
  }

  add(from: Values, at: number): void {
    const slot = from.slots[at]!
    const key = this.#changes.keyOf(slot >>> 3)
    if (++this.#count > this.#changes.most) this.#dropped++
    else if (key >= 0) this.#to.add(key, slot & 7, from.low[at]!, from.high[at]!)
    else {
      const name = this.#changes.overflowName(slot >>> 3)
      const value = jsonValue(this.#batch, slot & 7, from.low[at]!, from.high[at]!)
      const entry = `${JSON.stringify(name)}:${value}`
      this.#overflowSize += entry.length + 1
      if (this.#overflowSize > this.#changes.mostOverflow) this.#dropped++
      else this.#overflow.push(entry)
    }
  }

  finish(context: number, added: readonly AddedAttribute[] = []): void {
    for (const attribute of added) this.addOwn(attribute)
    const { arena } = this.#batch
    if (this.#overflow.length > 0) {
      const low = arena.appendText(`{${this.#overflow.join(',')}}`)
      const high = arena.length - low
      this.addOwn({ key: `${this.#prefix}aftergreen.overflow`, type: jsonType, low, high })
    }
    if (this.#dropped === 0) return
    const key = `${this.#prefix}aftergreen.dropped_attributes`
    this.addOwn({ key, type: intType, low: this.#dropped, high: 0 })
    this.#changes.dropped(context, this.#dropped)
  }

  addOwn({ key, type, low, high }: AddedAttribute): void {
    this.#to.add(this.#batch.keys.internText(key), type, low, high)
  }
}

function jsonValue(batch: ColumnBatch, type: number, low: number, high: number): string {
  if (type === stringType) return JSON.stringify(batch.arena.text(low, high))
  if (type === intType) return integerText(low, high)
  if (type === doubleType) return numberText(doubleOf(low, high))
  if (type === boolType) return low === 0 ? 'false' : 'true'
  return batch.arena.text(low, high)
}

/** Finds out whether a row has a key that its context has, too. */
class KeysOfContext {
  readonly #batch: ColumnBatch
  readonly #keys = new Set<number>()
  #context = -1

  constructor(batch: ColumnBatch) {
    this.#batch = batch
  }

  range(context: number): number[] {
    const { ends } = this.#batch.contexts
    const start = context === 0 ? 0 : ends.data[context - 1]!
    return Array.from({ length: ends.data[context]! - start }, (_, i) => start + i)
  }

  overlaps(context: number, attributes: AttributeSet, start: number): boolean {
    if (context !== this.#context) {
      this.#keys.clear()
      const { slots } = this.#batch.contexts.attributes
      for (const at of this.range(context)) this.#keys.add(slots[at]! >>> 3)
      this.#context = context
    }
    for (let at = start; at < attributes.length; at++) {
      if (this.#keys.has(attributes.slots[at]! >>> 3)) return true
    }
    return false
  }
}
