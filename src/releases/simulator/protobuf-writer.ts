/** Writes protobuf messages into one growing buffer; lengths of nested messages are put in when they end. */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(1 << 16)
  #length = 0

  varint(field: number, value: number): void {
    this.#reserve(20)
    this.#raw(field * 8)
    this.#raw(value)
  }

  fixed64(field: number, value: bigint): void {
    this.#reserve(20)
    this.#raw(field * 8 + 1)
    this.#length = this.#buffer.writeBigUInt64LE(value, this.#length)
  }

  double(field: number, value: number): void {
    this.#reserve(20)
    this.#raw(field * 8 + 1)
    this.#length = this.#buffer.writeDoubleLE(value, this.#length)
  }

  bytes(field: number, content: Uint8Array): void {
    this.#reserve(20 + content.length)
    this.#raw(field * 8 + 2)
    this.#raw(content.length)
    this.#buffer.set(content, this.#length)
    this.#length += content.length
  }

  text(field: number, text: string): void {
    this.bytes(field, Buffer.from(text))
  }

  hex(field: number, text: string): void {
    this.bytes(field, Buffer.from(text, 'hex'))
  }

  message(field: number, write: () => void): void {
    this.#reserve(20)
    this.#raw(field * 8 + 2)
    const start = this.#length
    write()
    const size = this.#length - start
    let width = 1
    for (let rest = size; rest >= 0x80; rest = Math.floor(rest / 0x80)) width += 1
    this.#reserve(width)
    this.#buffer.copyWithin(start + width, start, this.#length)
    this.#length = start
    this.#raw(size)
    this.#length += size
  }

  /** What was written. */
  finish(): Buffer<ArrayBuffer> {
    return Buffer.from(this.#buffer.subarray(0, this.#length))
  }

  #raw(value: number): void {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80))
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80
    this.#buffer[this.#length++] = rest
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#buffer.length + bytes))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}
