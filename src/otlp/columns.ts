import type { Arena } from './arena.ts'

/**
 * A column of a batch. `length` counts rows (of a list: lists). Numbers lie as they do in the engine's own format, little
 * end first, so that whole columns are copied at once.
 */
export type Column =
  | PairColumn
  | NumberColumn<Numbers>
  | WordColumn
  | TextColumn
  | HexColumn
  | OptionalColumn
  | ListColumn<Column>

/** Memory of a column of numbers. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

/** 64-bit values of any kind as two 32-bit halves, the low one first. */
export class PairColumn {
  readonly kind = 'pair'
  length = 0
  data = new Uint32Array(0)

  push(low: number, high: number): void {
    const at = this.length++ * 2
    if (at === this.data.length) this.data = grown(this.data, at + 2)
    this.data[at] = low
    this.data[at + 1] = high
  }

  /** The bits of a floating-point number. */
  pushNumber(value: number): void {
    float[0] = value
    this.push(halves[0]!, halves[1]!)
  }

  truncate(length: number): void {
    this.length = length
  }

  get byteSize(): number {
    return this.length * 8
  }
}

const float = new Float64Array(1)
const halves = new Uint32Array(float.buffer)

/** Numbers of one fixed width. */
export class NumberColumn<Data extends Numbers> {
  readonly kind = 'number'
  length = 0
  data: Data

  constructor(data: Data) {
    this.data = data
  }

  push(value: number): void {
    const at = this.length++
    if (at === this.data.length) this.data = grown(this.data, at + 1)
    this.data[at] = value
  }

  truncate(length: number): void {
    this.length = length
  }

  get byteSize(): number {
    return this.length * this.data.BYTES_PER_ELEMENT
  }
}

/** Texts of few distinct values: numbers of the batch's `words`. */
export class WordColumn {
  readonly kind = 'word'
  length = 0
  data = new Uint32Array(0)

  push(id: number): void {
    const at = this.length++
    if (at === this.data.length) this.data = grown(this.data, at + 1)
    this.data[at] = id
  }

  truncate(length: number): void {
    this.length = length
  }

  get byteSize(): number {
    return this.length * 4
  }
}

/** Texts as ranges of the arena: offset, length. */
export class TextColumn {
  readonly kind = 'text'
  length = 0
  data = new Uint32Array(0)

  push(offset: number, length: number): void {
    const at = this.length++ * 2
    if (at === this.data.length) this.data = grown(this.data, at + 2)
    this.data[at] = offset
    this.data[at + 1] = length
  }

  pushText(arena: Arena, text: string): void {
    const offset = arena.appendText(text)
    this.push(offset, arena.length - offset)
  }

  truncate(length: number): void {
    this.length = length
  }

  get byteSize(): number {
    return this.length * 8
  }
}

/** Where an identifier is absent. */
export const absent = 0xffff_ffff

/** Binary identifiers of one width, as offsets into the arena; `absent` where there is none. */
export class HexColumn {
  readonly kind = 'hex'
  length = 0
  data = new Uint32Array(0)
  /** Bytes of one identifier. */
  readonly width: number

  constructor(width: number) {
    this.width = width
  }

  push(offset: number): void {
    const at = this.length++
    if (at === this.data.length) this.data = grown(this.data, at + 1)
    this.data[at] = offset
  }

  truncate(length: number): void {
    this.length = length
  }

  get byteSize(): number {
    return this.length * 4
  }
}

/** 64-bit values that may be missing. */
export class OptionalColumn {
  readonly kind = 'optional'
  readonly missing = new NumberColumn(new Uint8Array(0))
  readonly values = new PairColumn()

  push(low: number, high: number): void {
    this.missing.push(0)
    this.values.push(low, high)
  }

  pushMissing(): void {
    this.missing.push(1)
    this.values.push(0, 0)
  }

  truncate(length: number): void {
    this.missing.truncate(length)
    this.values.truncate(length)
  }

  get length(): number {
    return this.missing.length
  }

  get byteSize(): number {
    return this.missing.byteSize + this.values.byteSize
  }
}

/** Lists: push values to `values`, then `close()` once a row. */
export class ListColumn<Values extends Column> {
  readonly kind = 'list'
  readonly values: Values
  /** For each row, how many values it and the rows before it have. */
  readonly ends = new WordColumn()

  constructor(values: Values) {
    this.values = values
  }

  close(): void {
    this.ends.push(this.values.length)
  }

  truncate(length: number): void {
    this.ends.truncate(length)
    this.values.truncate(length === 0 ? 0 : this.ends.data[length - 1]!)
  }

  get length(): number {
    return this.ends.length
  }

  get byteSize(): number {
    return this.ends.byteSize + this.values.byteSize
  }
}

/**
 * Lists beside other lists of the same row, with values that are nearly always 0 or ''. A row that has only such values
 * has an empty list; any other list is as long as the ones beside it.
 */
export class SparseListColumn<
  Values extends NumberColumn<Numbers> | TextColumn,
> extends ListColumn<Values> {
  override close(): void {
    const { values, ends } = this
    const start = ends.length === 0 ? 0 : ends.data[ends.length - 1]!
    if (isBlank(values, start)) values.truncate(start)
    super.close()
  }
}

/** Whether all values from a position on are 0 or ''. */
export function isBlank(column: NumberColumn<Numbers> | TextColumn, start = 0): boolean {
  const { data, length } = column
  const [step, first] = column.kind === 'text' ? [2, 1] : [1, 0]
  for (let at = start * step + first; at < length * step; at += step) {
    if (data[at] !== 0) return false
  }
  return true
}

/** Gives back the memory of an empty column. */
export function releaseColumn(column: Column): void {
  if (column.kind === 'list') {
    releaseColumn(column.ends)
    releaseColumn(column.values)
  } else if (column.kind === 'optional') {
    releaseColumn(column.missing)
    releaseColumn(column.values)
  } else column.data = column.data.slice(0, 0)
}

/** A copy of an array with room for at least `needed` values. */
export function grown<Data extends Numbers>(data: Data, needed: number): Data {
  const larger = new (data.constructor as new (length: number) => Data)(
    Math.max(needed, data.length * 2, 64),
  )
  larger.set(data)
  return larger
}
