import { randomBytes } from 'node:crypto'
import type { Arena } from './arena.ts'
import { grown } from './columns.ts'

/** Strings of an arena numbered from 0 in the order in which they were first seen. */
export class Interner {
  size = 0
  offsets = new Uint32Array(64)
  lengths = new Uint32Array(64)
  #arena: Arena
  #hashes = new Int32Array(64)
  /** Open addressing: number + 1, or 0. Twice as long as the other arrays, so at most half full. */
  #slots = new Int32Array(128)

  constructor(arena: Arena) {
    this.#arena = arena
  }

  /** The number of the string at this range of the arena. */
  intern(offset: number, length: number): number {
    const hash = hashRange(this.#arena.view, offset, length)
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = hash & mask
    for (let probes = 0; probes < maxProbes; probes++) {
      const id = slots[slot]! - 1
      if (id < 0) {
        slots[slot] = this.size + 1
        return this.#add(offset, length, hash)
      }
      if (this.#is(id, offset, length, hash)) return id
      slot = (slot + 1) & mask
    }
    return this.#add(offset, length, hash)
  }

  /** The number of a text, which is written to the arena unless it is known. */
  internText(text: string): number {
    const offset = this.#arena.appendText(text)
    const before = this.size
    const id = this.intern(offset, this.#arena.length - offset)
    if (id < before) this.#arena.length = offset
    return id
  }

  /** The number of a text, or -1 where it has none. */
  find(text: string): number {
    const offset = this.#arena.appendText(text)
    const length = this.#arena.length - offset
    this.#arena.length = offset
    const slots = this.#slots
    const mask = slots.length - 1
    const hash = hashRange(this.#arena.view, offset, length)
    let slot = hash & mask
    for (let probes = 0; probes < maxProbes && slots[slot] !== 0; probes++) {
      const id = slots[slot]! - 1
      if (this.#is(id, offset, length, hash)) return id
      slot = (slot + 1) & mask
    }
    return -1
  }

  text(id: number): string {
    return this.#arena.text(this.offsets[id]!, this.lengths[id]!)
  }

  /** Forgets every string from number `size` on. */
  truncate(size: number): void {
    if (size === this.size) return
    this.size = size
    this.#index()
  }

  /** Forgets all strings; those to come lie in `arena`. */
  reset(arena: Arena): void {
    this.#arena = arena
    this.truncate(0)
  }

  /** Forgets all strings and gives the memory back. */
  release(): void {
    this.size = 0
    this.offsets = new Uint32Array(64)
    this.lengths = new Uint32Array(64)
    this.#hashes = new Int32Array(64)
    this.#slots = new Int32Array(128)
  }

  #is(id: number, offset: number, length: number, hash: number): boolean {
    return (
      this.#hashes[id] === hash &&
      this.lengths[id] === length &&
      sameRange(this.#arena.view, this.offsets[id]!, offset, length)
    )
  }

  #add(offset: number, length: number, hash: number): number {
    const id = this.size++
    if (id === this.offsets.length) {
      this.offsets = grown(this.offsets, id + 1)
      this.lengths = grown(this.lengths, id + 1)
      this.#hashes = grown(this.#hashes, id + 1)
    }
    this.offsets[id] = offset
    this.lengths[id] = length
    this.#hashes[id] = hash
    if (this.size * 2 > this.#slots.length) {
      this.#slots = new Int32Array(this.#slots.length * 2)
      this.#index()
    }
    return id
  }

  #index(): void {
    const slots = this.#slots.fill(0)
    const mask = slots.length - 1
    for (let id = 0; id < this.size; id++) {
      let slot = this.#hashes[id]! & mask
      let probes = 0
      while (slots[slot] !== 0 && ++probes < maxProbes) slot = (slot + 1) & mask
      if (slots[slot] === 0) slots[slot] = id + 1
    }
  }
}

// Bounds the work that strings chosen to collide can cause. A string not found within it gets a second number, which
// costs room and nothing else.
const maxProbes = 64
const seed = randomBytes(4).readInt32LE()

/** Reads up to 3 bytes past the range, which the arena always has. */
function hashRange(view: DataView, offset: number, length: number): number {
  let hash = seed ^ length
  let position = offset
  const whole = offset + (length & ~3)
  for (; position < whole; position += 4) {
    hash = Math.imul(hash ^ view.getInt32(position, true), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  if (length & 3) {
    hash = Math.imul(hash ^ (view.getInt32(position, true) & tailMask(length)), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash, 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

/** Whether two ranges of the same length hold the same bytes. */
export function sameRange(view: DataView, a: number, b: number, length: number): boolean {
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false
  }
  if ((length & 3) === 0) return true
  const difference = view.getInt32(a + whole, true) ^ view.getInt32(b + whole, true)
  return (difference & tailMask(length)) === 0
}

const tailMask = (length: number): number => (1 << ((length & 3) * 8)) - 1
