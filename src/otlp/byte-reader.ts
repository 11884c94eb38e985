/** Reads a stream of chunks piece by piece, holding no more than was asked for. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>
  #chunks: Buffer[] = []
  #length = 0
  #ended = false
  /** Bytes taken so far. */
  position = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Up to `length` bytes that come next, without taking them; fewer only at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.#length < length && (await this.#more())) {
      // until there is enough
    }
    return this.#joined().subarray(0, length)
  }

  /** The next `length` bytes; undefined, and everything taken, where there are fewer. */
  async take(length: number): Promise<Buffer | undefined> {
    const bytes = await this.peek(length)
    this.#drop(bytes.length)
    return bytes.length === length ? bytes : undefined
  }

  /** Passes over bytes. @returns false when there were fewer */
  async skip(length: number): Promise<boolean> {
    for (let left = length; left > 0;) {
      if (this.#length === 0 && !(await this.#more())) return false
      const step = Math.min(left, this.#length)
      this.#drop(step)
      left -= step
    }
    return true
  }

  /** Whatever has arrived, at least one byte; undefined at the end. */
  async chunk(): Promise<Buffer | undefined> {
    if (this.#length === 0 && !(await this.#more())) return undefined
    const bytes = this.#joined()
    this.#drop(bytes.length)
    return bytes
  }

  /** Nothing more is wanted: the source may let go of what it holds. */
  close(): void {
    this.#ended = true
    void this.#source.return?.()
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false
    const { done, value } = await this.#source.next()
    if (done === true) {
      this.#ended = true
      return false
    }
    this.#chunks.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    this.#length += value.byteLength
    return true
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  #drop(length: number): void {
    const rest = this.#joined().subarray(length)
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#length -= length
    this.position += length
  }
}
