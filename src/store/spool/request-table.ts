import { hash } from 'node:crypto'
import type { DecodeOutcome } from '../../otlp/decode-export.ts'

/** Answers other than "all accepted" that are kept in full; beyond it only how many were accepted is. */
const maxSpecial = 10_000
/** 96 bits of a hash and the number of accepted records. */
const slotWords = 4

/**
 * Requests and how they were answered, in flat memory: 16 bytes a slot, at most half of the slots used. Nothing can be
 * taken out; a table is thrown away as a whole.
 */
export class RequestTable {
  size = 0
  #slots = new Uint32Array(1024 * slotWords)
  readonly #special = new Map<string, DecodeOutcome>()

  get(name: string): DecodeOutcome | undefined {
    const key = keyOf(name)
    const at = this.#find(key)
    if (this.#slots[at] === 0) return undefined
    const special = this.#special.size === 0 ? undefined : this.#special.get(name)
    return special ?? { accepted: this.#slots[at + 3]!, rejected: 0, errorMessage: '' }
  }

  add(name: string, outcome: DecodeOutcome): void {
    if ((this.size + 1) * slotWords * 2 > this.#slots.length) this.#grow()
    const key = keyOf(name)
    const at = this.#find(key)
    if (this.#slots[at] === 0) this.size++
    this.#slots.set(key, at)
    this.#slots[at + 3] = outcome.accepted
    const { accepted, rejected, errorMessage } = outcome
    if ((rejected > 0 || errorMessage !== '') && this.#special.size < maxSpecial) {
      this.#special.set(name, { accepted, rejected, errorMessage: errorMessage.slice(0, 500) })
    }
  }

  /** Where the key is, or the free slot where it would go. */
  #find(key: Uint32Array): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let at = (key[1]! * slotWords) & mask; ; at = (at + slotWords) & mask) {
      if (slots[at] === 0) return at
      if (slots[at] === key[0] && slots[at + 1] === key[1] && slots[at + 2] === key[2]) return at
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += slotWords) {
      if (old[at] === 0) continue
      const slot = old.subarray(at, at + slotWords)
      this.#slots.set(slot, this.#find(slot))
    }
  }
}

/** 96 bits: two of four million requests collide with a probability of 10^-16. */
function keyOf(name: string): Uint32Array {
  const digest = hash('sha1', name, 'buffer')
  const key = new Uint32Array(3)
  // 0 marks a free slot
  for (let i = 0; i < 3; i++) key[i] = digest.readUInt32LE(i * 4) || 1
  return key
}
