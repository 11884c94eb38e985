import { randomBytes } from 'node:crypto'

/** A hash of 64 bits, in two halves. */
export interface Hash {
  low: number
  high: number
}

const seeds = new Int32Array(new Uint8Array(randomBytes(8)).buffer)

/**
 * Hashes a range of bytes; nobody outside can choose texts that collide. `before` makes pairs: the hash of (service, name)
 * begins with that of the service.
 */
export function hashBytes(bytes: Uint8Array, offset: number, length: number, before?: Hash): Hash {
  let a = seeds[0]! ^ length ^ (before?.low ?? 0)
  let b = seeds[1]! ^ Math.imul(length, 0x85ebca6b) ^ (before?.high ?? 0)
  for (let i = offset; i < offset + length; i++) {
    const byte = bytes[i]!
    a = Math.imul(a ^ byte, 0x9e3779b1)
    a ^= a >>> 15
    b = Math.imul(b ^ byte, 0xc2b2ae35)
    b ^= b >>> 13
  }
  a = Math.imul(a ^ (b >>> 16), 0x85ebca6b)
  b = Math.imul(b ^ (a >>> 16), 0x27d4eb2f)
  return { low: (a ^ (a >>> 13)) >>> 0, high: (b ^ (b >>> 15)) >>> 0 }
}

/** Hashes in open addressing; 8 bytes each, at most half full. */
class HashSet {
  size = 0
  #slots = new Uint32Array(128)

  has(hash: Hash): boolean {
    return this.#slots[this.#find(hash.low, hash.high)] !== 0
  }

  /** False when it was there. */
  add(hash: Hash): boolean {
    const at = this.#find(hash.low, hash.high)
    if (this.#slots[at] !== 0) return false
    this.#slots[at] = hash.low || 1
    this.#slots[at + 1] = hash.high
    if (++this.size * 4 > this.#slots.length) this.#grow()
    return true
  }

  #find(low: number, high: number): number {
    const slots = this.#slots
    const first = low || 1
    const mask = slots.length / 2 - 1
    let slot = (first ^ high) & mask
    while (slots[slot * 2] !== 0 && (slots[slot * 2] !== first || slots[slot * 2 + 1] !== high)) {
      slot = (slot + 1) & mask
    }
    return slot * 2
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue
      const at = this.#find(old[i]!, old[i + 1]!)
      this.#slots[at] = old[i]!
      this.#slots[at + 1] = old[i + 1]!
    }
  }
}

/**
 * The distinct things of this hour and the last one, at most `limit` of them: what was known in the last hour stays known,
 * so newcomers cannot displace what is in use. Memory is bounded by the limit.
 */
export class DistinctSet {
  readonly #limit: number
  #current = new HashSet()
  #previous = new HashSet()
  /** Of the previous hour, not yet seen in this one. */
  #waiting = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#current.size + this.#waiting
  }

  has(hash: Hash): boolean {
    return this.#current.has(hash) || this.#previous.has(hash)
  }

  /** Whether this one is among the admitted, now or already. */
  admit(hash: Hash, mayBeNew = true): boolean {
    if (this.#current.has(hash)) return true
    if (this.#previous.has(hash)) {
      this.#waiting--
      return this.#current.add(hash)
    }
    return mayBeNew && this.size < this.#limit && this.#current.add(hash)
  }

  /** To be called when an hour is over. */
  rotate(): void {
    this.#previous = this.#current
    this.#current = new HashSet()
    this.#waiting = this.#previous.size
  }
}
