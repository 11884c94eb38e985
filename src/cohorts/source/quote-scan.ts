const quote = 34
const newline = 10

/** Follows quoted values through a file: a quote opens one only where a value begins. */
export class QuoteScan {
  readonly #delimiter: number
  #offset = 0
  #before = newline
  #inside = false
  #opened = 0
  /** The chunk ended with a quote that closes, or is the first of two. */
  #isPending = false

  constructor(delimiter: number) {
    this.#delimiter = delimiter
  }

  /** Byte of the quote that is open, if one is. */
  get openedAt(): number | undefined {
    return this.#inside && !this.#isPending ? this.#opened : undefined
  }

  scan(chunk: Buffer): void {
    let i = 0
    if (this.#isPending && chunk.length > 0) {
      this.#isPending = false
      if (chunk[0] === quote) i = 1
      else this.#inside = false
    }
    while (i < chunk.length) {
      const at = chunk.indexOf(quote, i)
      if (at < 0) break
      i = at + 1
      if (!this.#inside) {
        this.#inside = this.#beginsValue(chunk, at)
        this.#opened = this.#offset + at
      } else if (i === chunk.length) this.#isPending = true
      else if (chunk[i] === quote) i++
      else this.#inside = false
    }
    this.#before = this.#lastBefore(chunk, chunk.length)
    this.#offset += chunk.length
  }

  #beginsValue(chunk: Buffer, at: number): boolean {
    const before = this.#lastBefore(chunk, at)
    return before === this.#delimiter || before === newline || before === 13
  }

  /** The last byte before `at` that is no space. */
  #lastBefore(chunk: Buffer, at: number): number {
    let i = at - 1
    while (i >= 0 && chunk[i] === 32) i--
    if (i >= 0) {
      // the mark of UTF-8 at the beginning of the file
      return this.#offset === 0 && i === 2 && chunk[0] === 0xef && chunk[2] === 0xbf
        ? newline
        : chunk[i]!
    }
    return this.#before
  }
}
