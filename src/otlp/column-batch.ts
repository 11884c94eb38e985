import type { Signal } from '../signal.ts'
import { Arena } from './arena.ts'
import { AttributeSet } from './attribute-set.ts'
import type { Column } from './columns.ts'
import { NumberColumn, WordColumn } from './columns.ts'
import { Contexts, originKeys } from './contexts.ts'
import { Interner } from './interner.ts'
import type { SignalColumns } from './signal-columns.ts'
import { createColumns } from './signal-columns.ts'

/** A state of a batch to which it can be rolled back. */
export interface BatchMark {
  readonly rows: number
  readonly arena: number
  readonly words: number
  readonly keys: number
  readonly contexts: number
}

/**
 * Rows of one signal as growing columns; no object per row, no JavaScript string per value. Numbers lie in typed arrays,
 * strings as ranges of one arena. Decoders write a row so: `openContext` once for each resource and scope; then for every
 * row `beginRow`, `addAttribute`, values of all `columns`, and `endRow` or `abandonRow`.
 */
export class ColumnBatch {
  readonly signal: Signal
  rows = 0
  readonly arena = new Arena()
  /** Texts of few distinct values: names, services, scopes. */
  readonly words = new Interner(this.arena)
  /** Attribute keys. */
  readonly keys = new Interner(this.arena)
  readonly contexts = new Contexts(this.arena, this.words, this.keys)
  /** The rows' own attributes; those of row r end at `attributeEnds[r]`. */
  readonly attributes = new AttributeSet()
  readonly attributeEnds = new WordColumn()
  readonly rowContext = new WordColumn()
  /** 0 where the row has no attributes of its context, because its own ones already include them. */
  readonly inherits = new NumberColumn(new Uint8Array(0))
  readonly #columns: Readonly<Record<string, Column>>
  readonly #all: readonly Column[]
  #conflict = false

  constructor(signal: Signal) {
    this.signal = signal
    this.#columns = createColumns[signal]()
    this.#all = Object.values(this.#columns)
    this.clear()
  }

  /** The columns of the batch's own signal, by name. */
  columns<S extends Signal>(signal: S): SignalColumns[S] {
    if (signal !== this.signal)
      throw new TypeError(`This batch holds ${this.signal}, not ${signal}.`)
    return this.#columns as unknown as SignalColumns[S]
  }

  column(name: string): Column | undefined {
    return this.#columns[name]
  }

  /** Bytes in use. */
  get byteSize(): number {
    let size = this.arena.length + this.attributes.byteSize + this.contexts.byteSize + this.rows * 9
    size += (this.words.size + this.keys.size) * 16
    for (const column of this.#all) size += column.byteSize
    return size
  }

  beginRow(): void {
    this.attributes.begin()
    this.#conflict = false
  }

  addAttribute(key: number, type: number, low: number, high: number): void {
    this.attributes.add(key, type, low, high)
    if (this.contexts.attributes.find(key) >= 0) this.#conflict = true
  }

  endRow(): void {
    this.inherits.push(this.#conflict ? 0 : 1)
    if (this.#conflict) this.#inherit()
    this.attributeEnds.push(this.attributes.length)
    this.rowContext.push(this.contexts.length - 1)
    this.rows++
  }

  /** Takes back what was written since `beginRow`. */
  abandonRow(): void {
    this.#truncate(this.rows)
  }

  mark(): BatchMark {
    return {
      rows: this.rows,
      arena: this.arena.length,
      words: this.words.size,
      keys: this.keys.size,
      contexts: this.contexts.length,
    }
  }

  rollback(mark: BatchMark): void {
    this.#truncate(mark.rows)
    this.contexts.truncate(mark.contexts)
    this.words.truncate(mark.words)
    this.keys.truncate(mark.keys)
    this.arena.length = mark.arena
  }

  /** Empties the batch and keeps its memory, within reason. */
  clear(): void {
    this.rollback({ rows: 0, arena: 0, words: 0, keys: 0, contexts: 0 })
    this.arena.release()
    for (const key of originKeys) this.keys.internText(key)
  }

  #truncate(rows: number): void {
    for (const column of this.#all) column.truncate(rows)
    this.attributes.truncate(rows === 0 ? 0 : this.attributeEnds.data[rows - 1]!)
    this.attributeEnds.truncate(rows)
    this.rowContext.truncate(rows)
    this.inherits.truncate(rows)
    this.rows = rows
  }

  /** Writes the attributes of the context into the row itself, because some have other values there. */
  #inherit(): void {
    const { contexts, attributes } = this
    const context = contexts.length - 1
    const start = context === 0 ? 0 : contexts.ends.data[context - 1]!
    const scopeEnd = contexts.scopeEnds.data[context]!
    for (let at = start; at < contexts.ends.data[context]!; at++) {
      const prefix = at < scopeEnd ? 'scope.' : 'resource.'
      contexts.addOuter(attributes, contexts.attributes, at, prefix)
    }
  }
}
