import { AftergreenError } from '../../errors.ts'

/** Reads a stream of chunks as one run of bytes, of which no more is held than what was asked for. */
export class ByteSource {
  /** As `NativeColumnReader.kept`. */
  static readonly kept = new ByteSource(
    { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) },
    0,
  )
  /** What has arrived and is not read yet lies from `at` to `end`. */
  bytes = new Uint8Array(1 << 16)
  view = new DataView(this.bytes.buffer)
  at = 0
  end = 0
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #maxBytes: number
  #received = 0

  constructor(chunks: AsyncIterable<Uint8Array>, maxBytes: number) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#maxBytes = maxBytes
  }

  /** Whether another byte follows. */
  async more(): Promise<boolean> {
    while (this.at === this.end) if (!(await this.#receive())) return false
    return true
  }

  /** Waits until `count` bytes lie in `bytes`. */
  async need(count: number): Promise<void> {
    if (this.end - this.at >= count) return
    if (this.#received + count - (this.end - this.at) > this.#maxBytes) throw this.#tooLarge()
    if (this.bytes.length - this.at < count) this.#makeRoom(count)
    while (this.end - this.at < count) {
      if (await this.#receive()) continue
      throw new AftergreenError('ENGINE_UNAVAILABLE', 'The answer of the engine ended early.', {
        hint: 'Try again in a moment.',
      })
    }
  }

  /** An unsigned number of 7 bits a byte. */
  async varint(): Promise<number> {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      await this.need(1)
      const byte = this.bytes[this.at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
      if (scale > 2 ** 42) throw new TypeError('Not an answer in the format Native.')
    }
  }

  async text(): Promise<string> {
    const length = await this.varint()
    await this.need(length)
    this.at += length
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at))
  }

  async uint64(): Promise<number> {
    await this.need(8)
    this.at += 8
    return Number(this.view.getBigUint64(this.at - 8, true))
  }

  /** Ends the stream where it is, read to its end or not. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #receive(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done === true) return false
    const chunk = next.value
    this.#received += chunk.length
    if (this.#received > this.#maxBytes) throw this.#tooLarge()
    if (this.bytes.length - this.end < chunk.length)
      this.#makeRoom(this.end - this.at + chunk.length)
    this.bytes.set(chunk, this.end)
    this.end += chunk.length
    return true
  }

  #makeRoom(count: number): void {
    const kept = this.bytes.subarray(this.at, this.end)
    if (this.bytes.length < count) {
      this.bytes = new Uint8Array(Math.max(count, this.bytes.length * 2))
      this.view = new DataView(this.bytes.buffer)
    }
    this.bytes.set(kept)
    this.end -= this.at
    this.at = 0
  }

  #tooLarge(): AftergreenError {
    const most = Math.round(this.#maxBytes / 2 ** 20)
    return new AftergreenError(
      'ENGINE_QUERY',
      `The answer of the engine is larger than ${most} MiB.`,
      { hint: 'Ask for less: a shorter time, or fewer attributes.' },
    )
  }
}
