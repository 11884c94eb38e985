import type { AttributeValue, ValueIds } from './value-ids.ts'

type Cells = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/** The same cells, with room for so many rows and some more. */
export function withRoom<T extends Cells>(cells: T, rows: number): T {
  if (rows <= cells.length) return cells
  const wider = new (cells.constructor as new (length: number) => T)(Math.ceil(1.3 * rows))
  wider.set(cells)
  return wider
}

/** Cells of numbers, NaN where absent; of one unit the least counts. */
export class KeptNumbers {
  readonly bytesOfRow = 8
  #cells = new Float64Array(0)
  /** Rows that somebody was given. */
  #given = 0

  makeRoom(rows: number): void {
    this.#cells = withRoom(this.#cells, rows)
  }

  /** @param targets the row of each cell; those from `first` on are new */
  add(cells: Float64Array, targets: Int32Array, first: number): void {
    // a new row may come again within the same part of time, but its cell is empty only once
    let next = first
    for (let i = 0; i < cells.length; i++) {
      const target = targets[i]!
      const value = cells[i]!
      if (target === next) {
        this.#cells[target] = value
        next += 1
      } else if (!(this.#cells[target]! <= value) && !Number.isNaN(value)) {
        if (target < this.#given) {
          this.#cells = this.#cells.slice()
          this.#given = 0
        }
        this.#cells[target] = value
      }
    }
  }

  /** A later `add` leaves them as they are. */
  numbers(rows: number): Float64Array {
    this.#given = rows
    return this.#cells.subarray(0, rows)
  }
}

/** Cells of values by id; of one unit the least value counts. Numbered anew by the order of the rows, 0 where absent. */
export class KeptCategory {
  readonly bytesOfRow = 8
  /** By row, as the values are known. */
  ids = new Uint32Array(0)
  readonly #known: ValueIds
  #codes = new Uint32Array(0)
  #codeOf = new Uint32Array(0)
  #values: (AttributeValue | null)[] = [null]
  /** Rows that have a code; fewer where a value has changed since. */
  #coded = 0

  constructor(known: ValueIds) {
    this.#known = known
  }

  makeRoom(rows: number): void {
    this.ids = withRoom(this.ids, rows)
    this.#codes = withRoom(this.#codes, rows)
  }

  /** @param targets the row of each cell; those from `first` on are new */
  add(cells: Uint32Array, targets: Int32Array, first: number): void {
    let next = first
    for (let i = 0; i < cells.length; i++) {
      const target = targets[i]!
      const id = cells[i]!
      if (target === next) {
        this.ids[target] = id
        next += 1
        continue
      }
      const least = this.#known.least(this.ids[target]!, id)
      if (least === this.ids[target]) continue
      this.ids[target] = least
      // the number of a value is that of its first row
      if (target < this.#coded) this.#forget()
    }
  }

  /** Codes by row, and the values of the codes; a later `add` leaves them as they are. */
  numbered(rows: number): { codes: Uint32Array; values: readonly (AttributeValue | null)[] } {
    this.#codeOf = withRoom(this.#codeOf, this.#known.values.length)
    for (let row = this.#coded; row < rows; row++) {
      const id = this.ids[row]!
      let code = 0
      if (id !== 0) {
        code = this.#codeOf[id]!
        if (code === 0) {
          code = this.#codeOf[id] = this.#values.length
          this.#values.push(this.#known.values[id]!)
        }
      }
      this.#codes[row] = code
    }
    this.#coded = rows
    return { codes: this.#codes.subarray(0, rows), values: this.#values.slice() }
  }

  #forget(): void {
    this.#coded = 0
    this.#codes = new Uint32Array(this.#codes.length)
    this.#codeOf.fill(0)
    this.#values = [null]
  }
}
