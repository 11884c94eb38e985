/** A growing buffer for a Native block. Every method that writes makes the room it needs. */
export class ByteWriter {
  length = 0
  bytes: Uint8Array
  view: DataView

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Empties the buffer and keeps its memory, unless it is unusually large. */
  clear(): void {
    this.length = 0
    if (this.bytes.length <= mostKept) return
    this.bytes = new Uint8Array(1024)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Room for so many more bytes; returns where they begin. */
  reserve(count: number): number {
    const needed = this.length + count
    if (needed > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2))
      bytes.set(this.bytes.subarray(0, this.length))
      this.bytes = bytes
      this.view = new DataView(bytes.buffer)
    }
    return this.length
  }

  varint(value: number): void {
    this.reserve(5)
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  /** An unsigned 64-bit integer below 2^53. */
  uint64(value: number): void {
    this.pair(value >>> 0, Math.floor(value / 2 ** 32))
  }

  /** 64 bits as two halves. */
  pair(low: number, high: number): void {
    const at = this.reserve(8)
    this.view.setUint32(at, low, true)
    this.view.setUint32(at + 4, high, true)
    this.length = at + 8
  }

  /** The memory of the first `count` numbers of an array. */
  numbers(data: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array, count: number) {
    this.raw(new Uint8Array(data.buffer, data.byteOffset, count * data.BYTES_PER_ELEMENT))
  }

  zeros(count: number): void {
    const at = this.reserve(count)
    this.bytes.fill(0, at, at + count)
    this.length = at + count
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
    this.length = at + bytes.length
  }

  /** String: its length as a varint, then its bytes. */
  text(text: string): void {
    const bytes = encoder.encode(text)
    this.varint(bytes.length)
    this.raw(bytes)
  }

  /** A string that lies in other memory, which has at least three more bytes after it. */
  textRange(view: DataView, offset: number, length: number): void {
    let at = this.reserve(length + 8)
    if (length < 0x80) this.bytes[at++] = length
    else {
      this.varint(length)
      at = this.reserve(length + 3)
    }
    if (length <= 48) {
      const out = this.view
      for (let i = 0; i < length; i += 4)
        out.setInt32(at + i, view.getInt32(offset + i, true), true)
    } else this.bytes.set(new Uint8Array(view.buffer, offset, length), at)
    this.length = at + length
  }

  finished(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

const mostKept = 64 * 1024 * 1024
const encoder = new TextEncoder()
