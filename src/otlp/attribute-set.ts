import type { Arena } from './arena.ts'
import { jsonType, stringType } from './attribute-type.ts'
import { grown } from './columns.ts'
import { sameRange } from './interner.ts'

/**
 * Attributes in parallel arrays: key and type, and a value of two 32-bit halves. The value of a string or JSON text is
 * offset and length in the arena; of a number its low and high half; of a bool 0 or 1 in `low`. Within one group (from
 * `begin` on) a key occurs once: the last value wins.
 */
export class AttributeSet {
  length = 0
  /** Number of the key * 8 + number of the type. */
  slots = new Uint32Array(64)
  low = new Uint32Array(64)
  high = new Uint32Array(64)
  #group = 1
  /** By key: the group in which it was last added, and where. */
  #seen = new Uint32Array(64)
  #at = new Uint32Array(64)

  begin(): void {
    if (++this.#group === 0xffff_ffff) {
      this.#seen.fill(0)
      this.#group = 1
    }
  }

  add(key: number, type: number, low: number, high: number): void {
    if (key >= this.#seen.length) {
      this.#seen = grown(this.#seen, key + 1)
      this.#at = grown(this.#at, key + 1)
    }
    let at = this.#at[key]!
    if (this.#seen[key] !== this.#group) {
      at = this.length++
      if (at === this.slots.length) this.#grow()
      this.#seen[key] = this.#group
      this.#at[key] = at
    }
    this.slots[at] = key * 8 + type
    this.low[at] = low
    this.high[at] = high
  }

  /** Position of a key within the current group, or -1. */
  find(key: number): number {
    return key < this.#seen.length && this.#seen[key] === this.#group ? this.#at[key]! : -1
  }

  truncate(length: number): void {
    this.length = length
    this.begin()
  }

  /** Forgets all attributes and gives the memory back. */
  release(): void {
    this.truncate(0)
    this.slots = new Uint32Array(64)
    this.low = new Uint32Array(64)
    this.high = new Uint32Array(64)
    this.#seen = new Uint32Array(64)
    this.#at = new Uint32Array(64)
  }

  get byteSize(): number {
    return this.length * 12
  }

  #grow(): void {
    this.slots = grown(this.slots, this.length)
    this.low = grown(this.low, this.length)
    this.high = grown(this.high, this.length)
  }
}

/** Whether two attributes have the same type and value. */
export function sameValue(
  arena: Arena,
  a: AttributeSet,
  i: number,
  b: AttributeSet,
  j: number,
): boolean {
  const type = a.slots[i]! & 7
  if (type !== (b.slots[j]! & 7) || a.high[i] !== b.high[j]) return false
  return type === stringType || type === jsonType
    ? sameRange(arena.view, a.low[i]!, b.low[j]!, a.high[i]!)
    : a.low[i] === b.low[j]
}
