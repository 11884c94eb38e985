import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'

/**
 * The value of a key. It takes part in rules and comparisons, but cannot be printed by accident: as text, in JSON, in a
 * template string and in the debugger it is `[sealed]`. Whoever calls `reveal` answers for what becomes of it.
 */
export class SealedValue {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** For rules and comparisons only; never for anything that is printed, logged or written. */
  reveal(): string {
    return this.#text
  }

  /** Characters. */
  get length(): number {
    return this.#text.length
  }

  equals(other: SealedValue): boolean {
    return this.#text === other.#text
  }

  /**
   * What may be told of a value beside its length: HMAC-SHA-256 under a key that is not told, of the name and the value,
   * the first 64 bits in hexadecimal (config.md §7.6). The same value under another name looks different.
   */
  fingerprint(secret: Uint8Array, name: string): string {
    return createHmac('sha256', secret)
      .update(`${name}\0set\0${this.#text}`)
      .digest('hex')
      .slice(0, 16)
  }

  toString(): string {
    return '[sealed]'
  }

  toJSON(): string {
    return '[sealed]'
  }

  [inspect.custom](): string {
    return '[sealed]'
  }
}
