import type { Signal } from '../signal.ts'
import { Arena } from './arena.ts'
import { AttributeSet } from './attribute-set.ts'
import type { Column } from './columns.ts'
import { NumberColumn, releaseColumn, WordColumn } from './columns.ts'
import { Contexts, originKeys } from './contexts.ts'
import { Interner } from './interner.ts'
import type { SignalColumns } from './signal-columns.ts'
import { tooLarge } from './malformed.ts'
import { createColumns } from './signal-columns.ts'

/** A state of a batch to which it can be rolled back. */
export interface BatchMark {
  readonly rows: number
  readonly arena: number
  readonly words: number
  readonly keys: number
  readonly contexts: number
  readonly inheritedBytes: number
}

/**
 * Memory that one request may unfold to. A record of two bytes is a row of up to 300, and every row has the attributes of its
 * resource: without a limit, a small body could fill the memory.
 */
export const maxRequestBytes = 256 * 2 ** 20

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
  /** What the rows have from their contexts: it is in the batch once, and in the engine's block once for every row. */
  inheritedBytes = 0
  readonly #columns: Readonly<Record<string, Column>>
  readonly #all: readonly Column[]
  #conflict = false
  /** Estimate of what the rows of the request being read take. */
  #requestBytes = 0
  #knownKeys = 0
  /** Whether more was in the batch since it was emptied than there is now. */
  #wasLarge = false

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

  /** Bytes in use, and to be used by the block that is made of them. */
  get byteSize(): number {
    let size = this.arena.length + this.attributes.byteSize + this.contexts.byteSize + this.rows * 9
    size += this.inheritedBytes
    size += (this.words.size + this.keys.size) * 16
    for (const column of this.#all) size += column.byteSize
    return size
  }

  /** Begins to count what a request takes. */
  beginRequest(): void {
    this.#requestBytes = 0
    this.#knownKeys = this.keys.size
  }

  /**
   * To be called for what a request adds, a row or a value of a list, before much of it is there.
   * @throws OTLP_TOO_LARGE
   */
  spend(bytes: number): void {
    this.#requestBytes += bytes
    if (this.#requestBytes > maxRequestBytes) {
      throw tooLarge(`it unfolds to more than ${maxRequestBytes} bytes`)
    }
  }

  /** The rows that follow belong to the resource and the scope that were read. */
  openContext(): void {
    const { contexts } = this
    this.spend(contextBytes + (contexts.resource.length + contexts.scope.length) * 12)
    contexts.open()
  }

  beginRow(): void {
    this.attributes.begin()
    this.#conflict = false
  }

  addAttribute(key: number, type: number, low: number, high: number): void {
    if (key >= this.#knownKeys) {
      this.spend((key + 1 - this.#knownKeys) * keyBytes)
      this.#knownKeys = key + 1
    }
    this.attributes.add(key, type, low, high)
    if (this.contexts.attributes.find(key) >= 0) this.#conflict = true
  }

  endRow(): void {
    const inherited = this.contexts.bytes.data[this.contexts.length - 1]!
    this.spend(rowBytes[this.signal] + inherited)
    this.inheritedBytes += inherited
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
      inheritedBytes: this.inheritedBytes,
    }
  }

  rollback(mark: BatchMark): void {
    this.#wasLarge ||= this.#requestBytes > mostKept
    this.#truncate(mark.rows)
    this.contexts.truncate(mark.contexts)
    this.words.truncate(mark.words)
    this.keys.truncate(mark.keys)
    this.arena.length = mark.arena
    this.inheritedBytes = mark.inheritedBytes
  }

  /** Empties the batch and keeps its memory, within reason. */
  clear(): void {
    const wasLarge = this.#wasLarge || this.byteSize > mostKept
    this.rollback({ rows: 0, arena: 0, words: 0, keys: 0, contexts: 0, inheritedBytes: 0 })
    this.arena.release()
    if (wasLarge) this.#release()
    this.#wasLarge = false
    for (const key of originKeys) this.keys.internText(key)
  }

  #release(): void {
    const { attributeEnds, rowContext, inherits, attributes, contexts, words, keys } = this
    for (const column of [...this.#all, attributeEnds, rowContext, inherits]) releaseColumn(column)
    for (const part of [attributes, contexts, words, keys]) part.release()
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

/** About what an event, a link or an exemplar takes, without its texts. */
export const partBytes = 100
/** About what a row takes in the columns and in a block, without its texts and attributes. */
const rowBytes = { traces: 250, logs: 150, metrics: 500 } as const
/** An empty batch keeps its memory up to about this size. */
const mostKept = 64 * 2 ** 20
/** About what a key takes in all tables of keys. */
const keyBytes = 100
const contextBytes = 60
