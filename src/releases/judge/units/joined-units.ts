import type { AttributeKey } from '../../../store/attribute-keys.ts'
import { leastSpans } from './join-units.ts'
import { KeptCategory, KeptNumbers, withRoom } from './kept-column.ts'
import { columnId, type UnitRows, type UnitValues, valuesOf } from './unit-rows.ts'
import { isNumeric } from './value-ids.ts'

/**
 * The units of all stretches so far, joined as `joinUnits` joins them. What has been added since the last look is joined to
 * them; where something older has changed, all of it is joined again.
 */
export class JoinedUnits {
  readonly #values: UnitValues
  readonly #keys: readonly AttributeKey[]
  #parts: readonly UnitRows[] = []
  #rows = 0
  #at = new Float64Array(0)
  #trace = new Float64Array(0)
  #duration = new Float64Array(0)
  #version = new Uint8Array(0)
  #failed = new Uint8Array(0)
  #discovery = new Uint8Array(0)
  #traceIds: string[] = []
  #spans: string[] = []
  #operation: KeptCategory
  #columns: Map<string, KeptCategory | KeptNumbers>
  /** Rows by hash, with open addressing; -1 where none is. */
  #slots = new Int32Array(0)

  /** @param keys the columns that every part has */
  constructor(values: UnitValues, keys: readonly AttributeKey[]) {
    this.#values = values
    this.#keys = keys
    this.#operation = new KeptCategory(values.operations)
    this.#columns = this.#newColumns()
  }

  get rows(): number {
    return this.#rows
  }

  /** Brings the units up to date. @param parts of all stretches, earliest first; those seen before are known by identity */
  update(parts: readonly UnitRows[]): void {
    if (this.#parts.some((part, i) => part !== parts[i])) this.#clear()
    for (const part of parts.slice(this.#parts.length)) this.#add(part)
    this.#parts = parts
  }

  /** The same stretches, some of them put together since. */
  rename(parts: readonly UnitRows[]): void {
    this.#parts = parts
  }

  /** What is not an attribute; a later update leaves it as it is. */
  fixed(): Omit<UnitRows, 'rows' | 'operation' | 'attributes'> {
    const rows = this.#rows
    return {
      at: this.#at.subarray(0, rows),
      trace: this.#trace.subarray(0, rows),
      traceIds: this.#traceIds.slice(),
      version: this.#version.subarray(0, rows),
      // of units that go on in a later stretch these change
      duration: this.#duration.slice(0, rows),
      failed: this.#failed.slice(0, rows),
      discovery: this.#discovery.subarray(0, rows),
      spans: this.#spans.slice(),
    }
  }

  operation(): ReturnType<KeptCategory['numbered']> {
    return this.#operation.numbered(this.#rows)
  }

  /** The cells of a column by `columnId`: numbers, or values numbered in the order of the rows. */
  attribute(id: string): Float64Array | ReturnType<KeptCategory['numbered']> {
    const column = this.#columns.get(id)!
    return column instanceof KeptNumbers ? column.numbers(this.#rows) : column.numbered(this.#rows)
  }

  /** About how much memory this takes, the texts apart. */
  bytes(): number {
    let row = 64
    for (const column of this.#columns.values()) row += column.bytesOfRow
    return row * this.#at.length
  }

  #newColumns(): Map<string, KeptCategory | KeptNumbers> {
    return new Map(
      this.#keys.map((key) => {
        const id = columnId(key)
        const column = isNumeric(key.type)
          ? new KeptNumbers()
          : new KeptCategory(valuesOf(this.#values, id))
        return [id, column]
      }),
    )
  }

  #clear(): void {
    this.#parts = []
    this.#rows = 0
    // what was given out stays as it is
    this.#at = new Float64Array(this.#at.length)
    this.#trace = new Float64Array(this.#trace.length)
    this.#version = new Uint8Array(this.#version.length)
    this.#discovery = new Uint8Array(this.#discovery.length)
    this.#traceIds = []
    this.#spans = []
    this.#slots.fill(-1)
    this.#operation = new KeptCategory(this.#values.operations)
    this.#columns = this.#newColumns()
  }

  #add(part: UnitRows): void {
    const first = this.#rows
    this.#makeRoom(first + part.rows)
    const targets = this.#targetsOf(part)
    for (let row = 0; row < part.rows; row++) {
      const target = targets[row]!
      if (target >= first) continue
      this.#duration[target] = Math.max(this.#duration[target]!, part.duration[row]!)
      this.#failed[target] = Math.max(this.#failed[target]!, part.failed[row]!)
      this.#spans[target] = leastSpans(this.#spans[target]!, part.spans[row]!)
    }
    this.#operation.add(part.operation, targets, first)
    for (const [id, column] of this.#columns) {
      const cells = part.attributes.get(id)!
      if (column instanceof KeptNumbers) column.add(cells as Float64Array, targets, first)
      else column.add(cells as Uint32Array, targets, first)
    }
  }

  /** The row of each unit of a part; those of units that were not there before are new, in order. */
  #targetsOf(part: UnitRows): Int32Array {
    const { trace, operation, version, traceIds } = part
    const targets = new Int32Array(part.rows)
    const size = this.#slots.length
    for (let row = 0; row < part.rows; row++) {
      let slot = this.#slotOf(trace[row]!, operation[row]!, version[row]!)
      for (;;) {
        const known = this.#slots[slot]!
        if (known < 0) {
          this.#slots[slot] = this.#rows
          targets[row] = this.#begin(part, row)
          break
        }
        if (
          this.#trace[known] === trace[row] &&
          this.#operation.ids[known] === operation[row] &&
          this.#version[known] === version[row] &&
          this.#traceIds[known] === traceIds[row]
        ) {
          targets[row] = known
          break
        }
        slot = slot + 1 === size ? 0 : slot + 1
      }
    }
    return targets
  }

  /** A new row, with all but the attributes. */
  #begin(part: UnitRows, row: number): number {
    const target = this.#rows++
    this.#at[target] = part.at[row]!
    this.#trace[target] = part.trace[row]!
    this.#traceIds.push(part.traceIds[row]!)
    this.#operation.ids[target] = part.operation[row]!
    this.#version[target] = part.version[row]!
    this.#duration[target] = part.duration[row]!
    this.#failed[target] = part.failed[row]!
    this.#discovery[target] = part.discovery[row]!
    this.#spans.push(part.spans[row]!)
    return target
  }

  #slotOf(trace: number, operation: number, version: number): number {
    // Fibonacci hashing: of a sampled trace the low bits of the hash are all alike
    const hash = Math.trunc(trace) ^ Math.imul(operation * 2 + version, 0x85ebca6b)
    return Math.imul(hash, 0x9e3779b1) >>> Math.clz32(this.#slots.length - 1)
  }

  #makeRoom(rows: number): void {
    this.#at = withRoom(this.#at, rows)
    this.#trace = withRoom(this.#trace, rows)
    this.#duration = withRoom(this.#duration, rows)
    this.#version = withRoom(this.#version, rows)
    this.#failed = withRoom(this.#failed, rows)
    this.#discovery = withRoom(this.#discovery, rows)
    this.#operation.makeRoom(rows)
    for (const column of this.#columns.values()) column.makeRoom(rows)
    if (2 * rows <= this.#slots.length) return
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(64, 3 * rows)))).fill(-1)
    for (let row = 0; row < this.#rows; row++) {
      let slot = this.#slotOf(this.#trace[row]!, this.#operation.ids[row]!, this.#version[row]!)
      while (this.#slots[slot] !== -1) slot = slot + 1 === this.#slots.length ? 0 : slot + 1
      this.#slots[slot] = row
    }
  }
}
