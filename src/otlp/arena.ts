/** Bytes past the end that a reader may touch without leaving the buffer. */
const slack = 16
const largest = 0xffff_0000
const kept = 64 * 1024 * 1024

/**
 * One growing piece of memory for all bytes of a batch: whole requests and texts written later. Ranges of it
 * (offset, length) stand for strings. Growing replaces `bytes` and `view`; offsets stay valid, and so does what an older
 * view shows.
 */
export class Arena {
  length = 0
  bytes: Uint8Array
  view: DataView

  constructor(capacity = 4096) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Room for so many more bytes; returns where they begin. */
  reserve(count: number): number {
    const needed = this.length + count + slack
    if (needed > this.bytes.length) {
      if (needed > largest) throw new RangeError('A batch holds at most 4 GiB.')
      const bytes = new Uint8Array(Math.min(largest, Math.max(needed, this.bytes.length * 2)))
      bytes.set(this.bytes.subarray(0, this.length))
      this.bytes = bytes
      this.view = new DataView(bytes.buffer)
    }
    return this.length
  }

  /** Gives memory back when a batch was unusually large. */
  release(): void {
    if (this.bytes.length <= kept) return
    this.length = 0
    this.bytes = new Uint8Array(4096)
    this.view = new DataView(this.bytes.buffer)
  }

  append(bytes: Uint8Array): number {
    const offset = this.reserve(bytes.length)
    this.bytes.set(bytes, offset)
    this.length += bytes.length
    return offset
  }

  /** Appends a string as UTF-8; its length is `this.length - offset`. */
  appendText(text: string): number {
    // three bytes a unit are enough; of a long text it is worth counting
    const most = text.length < 4096 ? text.length * 3 : Buffer.byteLength(text)
    const offset = this.reserve(most)
    this.length += encoder.encodeInto(text, this.bytes.subarray(offset)).written
    return offset
  }

  text(offset: number, length: number): string {
    return decoder.decode(this.bytes.subarray(offset, offset + length))
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
