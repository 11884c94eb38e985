/** Codes for strings of bytes: 1, 2, … in the order of their first appearance; 0 stands for null. */
export class ByteDictionary {
  #arena = Buffer.alloc(1 << 12)
  #used = 0
  /** Where the string of each code ends in the arena. */
  #ends = new Uint32Array(256)
  #hashes = new Uint32Array(256)
  #size = 1
  /** Codes by hash; 0 = free. */
  #slots = new Uint32Array(512)

  /** The code of `bytes[from, to)`. */
  code(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c_9dc5 ^ (to - from)
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b)
    hash = (hash ^ (hash >>> 13)) >>> 0
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = this.#slots[slot]!
      if (code === 0) return this.#add(bytes, from, to, hash, slot)
      if (this.#hashes[code] === hash && this.#equals(code, bytes, from, to)) return code
    }
  }

  /** The strings by code. */
  values(): (string | null)[] {
    const values: (string | null)[] = [null]
    for (let code = 1; code < this.#size; code++) {
      values.push(this.#arena.toString('utf8', this.#ends[code - 1], this.#ends[code]))
    }
    return values
  }

  #equals(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#ends[code - 1]!
    if (this.#ends[code]! - start !== to - from) return false
    const arena = this.#arena
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== arena[j]) return false
    return true
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const code = this.#size++
    const end = this.#used + to - from
    if (end > this.#arena.length) {
      const larger = Buffer.alloc(Math.max(end, this.#arena.length * 2))
      larger.set(this.#arena)
      this.#arena = larger
    }
    this.#arena.set(bytes.subarray(from, to), this.#used)
    this.#used = end
    if (code >= this.#ends.length) {
      this.#ends = enlarged(this.#ends)
      this.#hashes = enlarged(this.#hashes)
    }
    this.#ends[code] = end
    this.#hashes[code] = hash
    this.#slots[slot] = code
    if (this.#size * 2 > this.#slots.length) this.#rehash()
    return code
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let code = 1; code < this.#size; code++) {
      let slot = this.#hashes[code]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = code
    }
    this.#slots = slots
  }
}

function enlarged(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
