/** A growing buffer for a Native block. Every method that writes makes the room it needs. */
export class ByteWriter {
  length = 0
  bytes: Uint8Array
  view: DataView

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
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
    this.reserve(8)
    this.view.setUint32(this.length, value >>> 0, true)
    this.view.setUint32(this.length + 4, Math.floor(value / 2 ** 32), true)
    this.length += 8
  }

  /** 64 bits as two halves. */
  pair(low: number, high: number): void {
    this.reserve(8)
    this.view.setUint32(this.length, low, true)
    this.view.setUint32(this.length + 4, high, true)
    this.length += 8
  }

  /** The memory of the first `count` numbers of an array. */
  numbers(data: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array, count: number) {
    this.raw(new Uint8Array(data.buffer, data.byteOffset, count * data.BYTES_PER_ELEMENT))
  }

  zeros(count: number): void {
    this.reserve(count)
    this.bytes.fill(0, this.length, this.length + count)
    this.length += count
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** String: its length as a varint, then its bytes. */
  text(text: string): void {
    const bytes = encoder.encode(text)
    this.varint(bytes.length)
    this.raw(bytes)
  }

  /** A string that lies in other memory, which has at least three more bytes after it. */
  textRange(view: DataView, offset: number, length: number): void {
    this.reserve(length + 8)
    let at = this.length
    if (length < 0x80) this.bytes[at++] = length
    else {
      this.varint(length)
      at = this.length
      this.reserve(length + 3)
    }
    if (length <= 48) {
      const out = this.view
      for (let i = 0; i < length; i += 4)
        out.setInt32(at + i, view.getInt32(offset + i, true), true)
    } else this.bytes.set(new Uint8Array(view.buffer, offset, length), at)
    this.length = at + length
  }

  /** The bytes of a range as lower-case hexadecimal digits, as a String. */
  hexRange(bytes: Uint8Array, offset: number, length: number): void {
    this.reserve(length * 2 + 1)
    const { view } = this
    view.setUint8(this.length, length * 2)
    let at = this.length + 1
    for (let i = offset; i < offset + length; i++) {
      view.setUint16(at, hexPairs[bytes[i]!]!)
      at += 2
    }
    this.length = at
  }

  finished(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

const encoder = new TextEncoder()
/** The two digits of a byte, as one big-endian number. */
const hexPairs = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16BE(),
)
